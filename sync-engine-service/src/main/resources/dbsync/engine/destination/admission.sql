-- All that a delivery's run must know, in one statement: the fusebox, whether the tenancy has any external database, and those
-- that want to be written to with what is remembered of their mappings. One row per such database; a single one without an
-- id if there is none.
-- :tenancy
-- :mappings, :tables  parallel text arrays: mapping id and its log table. Where a mapping's log holds entries above the mirrored
--                     position is only a guess at what the run will find: the target's own position decides
-- Primary keys of "ExternalDatabase" and "ExternalDatabaseMapping"; "QuarantinedRow" by its own; the logs are only probed.
SELECT f."syncEngineEnabled" AS enabled,
       EXISTS (SELECT FROM dbsync."ExternalDatabase" AS d WHERE d."tenancyId" = :tenancy) AS known,
       i."installationId" AS installation_id,
       x."id", x."destinationId" AS destination_id, x."revision", x."connectionCiphertext" AS ciphertext,
       x."connectionKeyId" AS key_id, x."schema", x."mappings", x."readerRole" AS reader_role, x."attempts",
       x."provenAt" IS NOT NULL AND x."errorCode" IS NULL AS proven,
       x."nextAttemptAt" AS due, coalesce(x."nextAttemptAt" > now(), false) AS put_off,
       ARRAY(SELECT DISTINCT q."mappingId" FROM dbsync."QuarantinedRow" AS q WHERE q."destinationId" = x."destinationId")
           AS quarantined,
       m.ids AS mapping_ids, m.attempts AS mapping_attempts, m.put_off AS mapping_put_off, m.states AS mapping_states,
       m.watermarks AS mapping_watermarks, m.news AS mapping_news
FROM dbsync."ExternalDbSyncMetadata" AS f
CROSS JOIN dbsync."Installation" AS i
LEFT JOIN dbsync."ExternalDatabase" AS x ON x."tenancyId" = :tenancy AND x."enabled" AND NOT x."paused"
LEFT JOIN LATERAL (
    SELECT array_agg(n."mappingId") AS ids, array_agg(n."attempts") AS attempts,
           array_agg(coalesce(n."nextAttemptAt" > now(), false)) AS put_off,
           array_agg(n."state") AS states, array_agg(coalesce(n."lastSyncedSequenceId", 0)) AS watermarks,
           array_agg(n."state" = 'following' AND n."attempts" = 0 AND (
               EXISTS (
                   SELECT FROM dbsync."ChangedRow" AS c
                   WHERE c."tenancyId" = :tenancy AND c."tableName" = t.log_table
                     AND c."sequenceId" > n."lastSyncedSequenceId")
               OR EXISTS (
                   SELECT FROM dbsync."DeletedRow" AS d
                   WHERE d."tenancyId" = :tenancy AND d."tableName" = t.log_table
                     AND d."sequenceId" > n."lastSyncedSequenceId"))) AS news
    FROM dbsync."ExternalDatabaseMapping" AS n
    LEFT JOIN unnest(:mappings::text[], :tables::text[]) AS t (mapping_id, log_table) ON t.mapping_id = n."mappingId"
    WHERE n."destinationId" = x."destinationId") AS m ON true
ORDER BY x."id";
