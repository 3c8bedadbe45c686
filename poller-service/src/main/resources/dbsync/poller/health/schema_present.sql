-- Whether the sequencer has created what this service works with. Reads the catalog alone.
SELECT to_regclass('dbsync."OutgoingRequest"') IS NOT NULL
   AND to_regclass('dbsync."ExternalDbSyncMetadata"') IS NOT NULL
   AND to_regclass('dbsync."ExternalDatabaseMapping"') IS NOT NULL
   AND to_regprocedure('dbsync.enqueue_tenant_sync(uuid)') IS NOT NULL AS present;
