-- Nobody is to wait for a heartbeat.
UPDATE dbsync."Heartbeat" SET "nextBy" = NULL WHERE "nextBy" IS NOT NULL;
