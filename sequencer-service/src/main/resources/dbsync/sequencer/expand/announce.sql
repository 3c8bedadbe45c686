-- The tenancies of these generations and histories are enqueued; wake the poller.
-- :generations, :histories  their ids
WITH generations AS (
    UPDATE dbsync."CaptureGeneration" SET "announcedAt" = now() WHERE "id" = ANY (:generations) RETURNING 1
), histories AS (
    UPDATE dbsync."SourceHistory" SET "announcedAt" = now() WHERE "ordinal" = ANY (:histories) RETURNING 1
)
SELECT pg_notify('dbsync_outgoing_request', ''), (SELECT count(*) FROM generations) + (SELECT count(*) FROM histories);
