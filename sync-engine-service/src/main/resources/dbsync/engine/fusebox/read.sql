-- How the switches stand.
SELECT f."sequencerEnabled", f."pollerEnabled", f."syncEngineEnabled"
FROM dbsync."ExternalDbSyncMetadata" AS f
