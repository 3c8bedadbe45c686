-- These generations' tenancies are enqueued; wake the poller.
-- :ids  the generations
WITH announced AS (
    UPDATE dbsync."CaptureGeneration" SET "announcedAt" = now() WHERE "id" = ANY (:ids) RETURNING 1
)
SELECT pg_notify('dbsync_outgoing_request', ''), count(*) FROM announced;
