-- Write down that a heartbeat arrived; once.
-- :beat  the one that was read
UPDATE dbsync."Heartbeat" AS h
SET "arrivedBeat" = h."beat", "arrivedAt" = clock_timestamp(), "took" = clock_timestamp() - h."writtenAt"
WHERE h."beat" = :beat AND h."arrivedBeat" <> h."beat";
