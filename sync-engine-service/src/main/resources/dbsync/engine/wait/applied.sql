-- How far the mappings of some external databases are; a row per mapping that there is one of, and at least one per database.
-- :waiters, :tenancies, :ids  parallel arrays: who asks, about which database
-- The mirror is only written after the target's commit, so what it shows is there.
-- Primary keys.
SELECT w.n, d."destinationId" IS NOT NULL AS found, coalesce(d."paused" OR NOT d."enabled", false) AS paused, d."mappings",
       s."syncEngineEnabled" AS engine_enabled, s."pollerEnabled" AS poller_enabled,
       place.moved,
       (SELECT h."history" FROM dbsync."SourceHistory" AS h ORDER BY h."ordinal" DESC LIMIT 1) AS history,
       d."errorCode" AS database_code, d."errorMessage" AS database_message, d."errorRemedy" AS database_remedy,
       m."mappingId" AS mapping_id, m."state", m."lastSyncedSequenceId" AS sequence_id, m."captureGeneration" AS generation,
       m."errorCode" AS mapping_code, m."errorMessage" AS mapping_message, m."errorRemedy" AS mapping_remedy,
       (SELECT count(*) FROM dbsync."QuarantinedRow" AS q
        WHERE q."destinationId" = m."destinationId" AND q."mappingId" = m."mappingId") AS quarantined
FROM unnest(:waiters::integer[], :tenancies::uuid[], :ids::text[]) AS w (n, tenancy, id)
CROSS JOIN dbsync."ExternalDbSyncMetadata" AS s
CROSS JOIN (SELECT q."place" IS NOT NULL AND coalesce(dbsync.current_place(), q."place") IS DISTINCT FROM q."place" AS moved
            FROM dbsync."SequencerState" AS q) AS place
LEFT JOIN dbsync."ExternalDatabase" AS d ON d."tenancyId" = w.tenancy AND d."id" = w.id
LEFT JOIN dbsync."ExternalDatabaseMapping" AS m ON m."destinationId" = d."destinationId"
