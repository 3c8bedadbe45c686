-- Make sure that a request for this tenancy will be claimed after this transaction has committed.
--
-- Race closed (invariant 3): onto a request that is already pending, DO UPDATE … WHERE false takes the row's lock without
-- writing a new version. The poller's claim skips locked rows, so the wake-up cannot be claimed, delivered and deleted
-- before what it announces is visible. DO NOTHING would leave that gap.
CREATE OR REPLACE FUNCTION enqueue_tenant_sync(tenancy uuid) RETURNS void
    LANGUAGE sql
    SET search_path = dbsync, pg_temp
AS $$
    INSERT INTO "OutgoingRequest" AS r ("deduplicationKey", "qstashOptions")
    VALUES (
        'sync-engine:' || tenancy,
        jsonb_build_object(
            'url', '/api/latest/internal/external-db-sync/sync-engine',
            'body', jsonb_build_object('tenancyId', tenancy),
            'flowControl', jsonb_build_object('key', 'external-db-sync', 'parallelism', 20)))
    ON CONFLICT ("deduplicationKey") WHERE "startedFulfillingAt" IS NULL
        DO UPDATE SET "createdAt" = r."createdAt" WHERE false;
$$;
