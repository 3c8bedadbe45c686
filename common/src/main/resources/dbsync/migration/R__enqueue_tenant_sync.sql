-- Make sure that a request for each of these tenancies will be claimed after this transaction has committed.
--
-- Race closed (invariant 3): onto a request that is already pending, DO UPDATE … WHERE false takes the row's lock without
-- writing a new version. The poller's claim skips locked rows, so the wake-up cannot be claimed, delivered and deleted
-- before what it announces is visible. DO NOTHING would leave that gap. In one fixed order, so that two enqueuers cannot
-- wait for each other in a circle.
--
-- Where the transaction is traced (dbsync.traceparent, ADR 24) the request carries the trace on. One that is pending already keeps
-- the trace of the news that came first.
CREATE OR REPLACE FUNCTION enqueue_tenant_syncs(tenancies uuid[]) RETURNS void
    LANGUAGE sql
    SET search_path = dbsync, pg_temp
AS $$
    INSERT INTO "OutgoingRequest" AS r ("deduplicationKey", "qstashOptions")
    SELECT 'sync-engine:' || t.tenancy,
           jsonb_build_object(
               'url', '/api/latest/internal/external-db-sync/sync-engine',
               'body', jsonb_build_object('tenancyId', t.tenancy),
               'flowControl', jsonb_build_object('key', 'external-db-sync', 'parallelism', 20))
           || CASE WHEN current_setting('dbsync.traceparent', true) <> ''
                   THEN jsonb_build_object('traceparent', current_setting('dbsync.traceparent', true))
                   ELSE '{}' END
    FROM (SELECT DISTINCT u.tenancy FROM unnest(tenancies) AS u (tenancy)) AS t
    ORDER BY t.tenancy
    ON CONFLICT ("deduplicationKey") WHERE "startedFulfillingAt" IS NULL
        DO UPDATE SET "createdAt" = r."createdAt" WHERE false;
$$;

-- Likewise, for one. Whoever enqueues several one by one keeps to the same order.
CREATE OR REPLACE FUNCTION enqueue_tenant_sync(tenancy uuid) RETURNS void
    LANGUAGE sql
    SET search_path = dbsync, pg_temp
AS $$
    SELECT enqueue_tenant_syncs(ARRAY[tenancy]);
$$;
