-- Whether the sequencer has brought the schema as far as the engine needs it: the last objects its migrations create.
SELECT to_regclass('dbsync."ExternalDatabaseMapping"') IS NOT NULL
       AND to_regclass('dbsync."AdminAction"') IS NOT NULL
       AND to_regproc('dbsync.enqueue_tenant_sync') IS NOT NULL AS migrated
