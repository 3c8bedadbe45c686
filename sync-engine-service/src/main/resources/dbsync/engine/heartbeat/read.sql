-- The newest heartbeat that has a sequence id, if there is one, and whether the engine is switched on.
-- :tenancy, :table  what its entry says instead of a tenancy and a table
-- Index: ChangedRow_sequence.
SELECT f."syncEngineEnabled" AS enabled,
       (SELECT max((c."primaryKey" ->> 'beat')::bigint)
        FROM dbsync."ChangedRow" AS c
        WHERE c."tenancyId" = :tenancy AND c."tableName" = :table AND c."sequenceId" IS NOT NULL) AS beat
FROM dbsync."ExternalDbSyncMetadata" AS f;
