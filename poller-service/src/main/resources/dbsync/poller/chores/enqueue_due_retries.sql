-- Enqueue the tenancies of which a destination, or one mapping of it, is due to be tried again.
--   :enqueue_limit                  tenancies at most, the longest due first
--   :asked_tenancies, :asked_times  what was asked for just now and is still due at the very same time, two arrays of one
--                                   length: the engine does not mean to try it, and asking every second would not change that
-- Not while a request of the tenancy waits, is in flight or is itself retried: when it has gone, the next run looks again.
-- A mapping is not tried while its whole database backs off. In order of tenancy, as every enqueuer does (invariant 3).
-- Indexes: ExternalDatabase_due, ExternalDatabaseMapping_due, OutgoingRequest_one_pending and _claimed_key.
WITH due AS (
    SELECT d."tenancyId" AS tenancy, d."nextAttemptAt" AS since
    FROM dbsync."ExternalDatabase" AS d
    WHERE d."nextAttemptAt" <= now() AND d."enabled" AND NOT d."paused"
    UNION ALL
    SELECT d."tenancyId", m."nextAttemptAt"
    FROM dbsync."ExternalDatabaseMapping" AS m
    JOIN dbsync."ExternalDatabase" AS d ON d."destinationId" = m."destinationId"
    WHERE m."nextAttemptAt" <= now()
      AND (d."mappings" IS NULL OR m."mappingId" = ANY (d."mappings"))
      AND (d."nextAttemptAt" IS NULL OR d."nextAttemptAt" <= now())
      AND d."enabled" AND NOT d."paused"
), chosen AS (
    SELECT due.tenancy, array_agg(due.since) AS times
    FROM due
    WHERE NOT EXISTS (
        SELECT FROM dbsync."OutgoingRequest" AS r
        WHERE r."deduplicationKey" = 'sync-engine:' || due.tenancy AND r."startedFulfillingAt" IS NULL)
      AND NOT EXISTS (
        SELECT FROM dbsync."OutgoingRequest" AS r
        WHERE r."deduplicationKey" = 'sync-engine:' || due.tenancy AND r."startedFulfillingAt" IS NOT NULL)
      AND NOT EXISTS (
        SELECT FROM unnest(:asked_tenancies::uuid[], :asked_times::timestamptz[]) AS asked (tenancy, since)
        WHERE asked.tenancy = due.tenancy AND asked.since = due.since)
    GROUP BY due.tenancy
    ORDER BY min(due.since)
    LIMIT :enqueue_limit::integer
)
SELECT t.tenancy, t.times, dbsync.enqueue_tenant_sync(t.tenancy)::text AS enqueued
FROM (SELECT chosen.tenancy, chosen.times FROM chosen ORDER BY chosen.tenancy) AS t;
