-- What the source says of the positions that a target claims, of one snapshot (invariant 9).
-- :tenancy, :destination, :revision   who asks, and by which configuration
-- :mappings, :tables, :reads           parallel text arrays: mapping id, its log table, all tables it reads (newline between)
-- :watermarks, :epochs, :histories     parallel arrays: what the target claims
-- The log is only probed, through "ChangedRow_sequence" and "DeletedRow_sequence".
SELECT m.mapping_id,
       f."syncEngineEnabled" AND EXISTS (
           SELECT FROM dbsync."ExternalDatabase" AS x
           WHERE x."destinationId" = :destination AND x."revision" = :revision AND x."enabled" AND NOT x."paused") AS wanted,
       s."lastSequenceId" AS last_sequence_id,
       s."epoch" AS current_epoch,
       captured.generation,
       CASE WHEN m.epoch IS NULL THEN m.watermark = 0 ELSE e."epoch" IS NOT NULL END AS epoch_known,
       coalesce(following."firstSequenceId", 9223372036854775807) AS next_epoch_begins,
       coalesce(p."sequenceId", 0) AS purged_through,
       present."history",
       s."tick",
       m.history IS NULL OR h."history" IS NOT NULL AS history_known,
       coalesce(later."beganAtTick", 9223372036854775807) AS next_history_begins,
       now() AS read_at,
       asked."resync",
       EXISTS (
           SELECT FROM dbsync."ChangedRow" AS c
           WHERE c."tenancyId" = :tenancy AND c."tableName" = m.log_table AND c."sequenceId" > m.watermark)
       OR EXISTS (
           SELECT FROM dbsync."DeletedRow" AS d
           WHERE d."tenancyId" = :tenancy AND d."tableName" = m.log_table AND d."sequenceId" > m.watermark) AS has_news
FROM unnest(:mappings::text[], :tables::text[], :reads::text[], :watermarks::bigint[], :epochs::uuid[], :histories::uuid[])
         AS m (mapping_id, log_table, reads, watermark, epoch, history)
CROSS JOIN dbsync."SequencerState" AS s
CROSS JOIN dbsync."ExternalDbSyncMetadata" AS f
LEFT JOIN dbsync."SequenceEpoch" AS e ON e."epoch" = m.epoch
LEFT JOIN LATERAL (
    SELECT n."firstSequenceId"
    FROM dbsync."SequenceEpoch" AS n
    WHERE n."ordinal" > e."ordinal"
    ORDER BY n."ordinal"
    LIMIT 1) AS following ON true
LEFT JOIN dbsync."SourceHistory" AS h ON h."history" = m.history
-- The least of all later ones: an operator may begin one at a tick of the past, see operations.md.
LEFT JOIN LATERAL (
    SELECT min(n."beganAtTick") AS "beganAtTick"
    FROM dbsync."SourceHistory" AS n
    WHERE n."ordinal" > h."ordinal") AS later ON true
LEFT JOIN LATERAL (SELECT n."history" FROM dbsync."SourceHistory" AS n ORDER BY n."ordinal" DESC LIMIT 1) AS present ON true
LEFT JOIN dbsync."ExternalDatabaseMapping" AS asked
    ON asked."destinationId" = :destination AND asked."mappingId" = m.mapping_id
LEFT JOIN dbsync."PurgeFloor" AS p ON p."tenancyId" = :tenancy AND p."tableName" = m.log_table
CROSS JOIN LATERAL (
    -- 0 while any of the tables has no capture: a copy taken then would miss changes.
    SELECT CASE WHEN count(newest.id) = count(*) THEN max(newest.id) ELSE 0 END AS generation
    FROM unnest(string_to_array(m.reads, E'\n')) AS r (table_name)
    LEFT JOIN LATERAL (
        SELECT g."id" AS id
        FROM dbsync."CaptureGeneration" AS g
        WHERE g."tableName" = r.table_name
        ORDER BY g."id" DESC
        LIMIT 1) AS newest ON true) AS captured;
