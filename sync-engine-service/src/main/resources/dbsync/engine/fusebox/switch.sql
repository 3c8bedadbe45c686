-- Set the switches; null leaves one as it is.
-- :sequencer_enabled, :poller_enabled, :sync_engine_enabled
UPDATE dbsync."ExternalDbSyncMetadata" AS f
SET "sequencerEnabled"  = coalesce(:sequencer_enabled::boolean, f."sequencerEnabled"),
    "pollerEnabled"     = coalesce(:poller_enabled::boolean, f."pollerEnabled"),
    "syncEngineEnabled" = coalesce(:sync_engine_enabled::boolean, f."syncEngineEnabled"),
    "updatedAt"         = now()
RETURNING f."sequencerEnabled", f."pollerEnabled", f."syncEngineEnabled"
