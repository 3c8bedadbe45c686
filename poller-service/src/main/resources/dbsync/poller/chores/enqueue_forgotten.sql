-- The safety net of invariant 3: enqueue the tenancies of one page of destinations that are behind although nothing
-- explains it, no request in any state, no back-off, no pause. Finding one means a wake-up was lost: a bug.
--   :after_tenancy, :after_id  the page: destinations after this one …
--   :last_tenancy, :last_id    … up to this one
--   :mappings, :tables         every mapping's id and its source table as the logs name it, two arrays of one length
--   :grace_millis              news younger than this may still be on its way
-- Behind is: a mapping that was never begun, one whose copy nobody goes on with, one with a log entry above its watermark.
-- A mapping whose source table has no capture is left out by every service, so it is never behind.
-- Indexes: primary keys, ChangedRow_sequence, DeletedRow_sequence, OutgoingRequest_one_pending and _claimed_key.
WITH behind AS (
    SELECT DISTINCT d."tenancyId" AS tenancy
    FROM dbsync."ExternalDatabase" AS d
    CROSS JOIN unnest(:mappings::text[], :tables::text[]) AS mapping (id, table_name)
    LEFT JOIN dbsync."ExternalDatabaseMapping" AS m
        ON m."destinationId" = d."destinationId" AND m."mappingId" = mapping.id
    WHERE (d."tenancyId", d."id") > (:after_tenancy::uuid, :after_id::text)
      AND (d."tenancyId", d."id") <= (:last_tenancy::uuid, :last_id::text)
      AND d."enabled" AND NOT d."paused"
      AND d."nextAttemptAt" IS NULL AND m."nextAttemptAt" IS NULL
      AND (d."mappings" IS NULL OR mapping.id = ANY (d."mappings"))
      AND EXISTS (SELECT FROM dbsync."CapturedTable" AS t WHERE t."tableName" = mapping.table_name)
      AND coalesce(m."updatedAt", d."updatedAt") < now() - :grace_millis::bigint * interval '1 millisecond'
      AND CASE
          WHEN m."mappingId" IS NULL OR m."state" <> 'following' THEN true
          ELSE EXISTS (
                  SELECT FROM dbsync."ChangedRow" AS c
                  WHERE c."tenancyId" = d."tenancyId"
                    AND c."tableName" = mapping.table_name
                    AND c."sequenceId" > coalesce(m."lastSyncedSequenceId", 0)
                    AND c."changedAt" < now() - :grace_millis::bigint * interval '1 millisecond')
              OR EXISTS (
                  SELECT FROM dbsync."DeletedRow" AS x
                  WHERE x."tenancyId" = d."tenancyId"
                    AND x."tableName" = mapping.table_name
                    AND x."sequenceId" > coalesce(m."lastSyncedSequenceId", 0)
                    AND x."deletedAt" < now() - :grace_millis::bigint * interval '1 millisecond')
          END
      AND NOT EXISTS (
          SELECT FROM dbsync."OutgoingRequest" AS r
          WHERE r."deduplicationKey" = 'sync-engine:' || d."tenancyId" AND r."startedFulfillingAt" IS NULL)
      AND NOT EXISTS (
          SELECT FROM dbsync."OutgoingRequest" AS r
          WHERE r."deduplicationKey" = 'sync-engine:' || d."tenancyId" AND r."startedFulfillingAt" IS NOT NULL)
), ordered AS MATERIALIZED (
    SELECT array_agg(tenancy ORDER BY tenancy) AS tenancies FROM behind
)
SELECT t.tenancy, dbsync.enqueue_tenant_sync(t.tenancy)::text AS enqueued
FROM ordered, unnest(ordered.tenancies) AS t (tenancy);
