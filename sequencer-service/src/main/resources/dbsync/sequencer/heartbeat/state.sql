-- Where the heartbeat is.
SELECT s.stage, s.waiting_seconds, s.travel_seconds FROM dbsync.heartbeat_state() AS s;
