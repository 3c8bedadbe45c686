-- How long ago the last heartbeat arrived, and for how long one is missing; null before the first, and 0 while none is.
-- Reads the one row and no log, which somebody may have locked: a probe asks.
SELECT extract(epoch FROM clock_timestamp() - h."arrivedAt")::double precision AS arrived_seconds,
       CASE
           WHEN h."nextBy" IS NULL THEN 0
           WHEN h."arrivedBeat" = h."beat" THEN greatest(extract(epoch FROM clock_timestamp() - h."nextBy"), 0)
           ELSE greatest(extract(epoch FROM clock_timestamp() - h."writtenAt"), 0)
       END::double precision AS missing_seconds
FROM dbsync."Heartbeat" AS h;
