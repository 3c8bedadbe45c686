-- Purge what nobody needs of one stretch of "DeletedRow", and record how far (invariant 10).
-- :after_tenancy, :after_table, :after_sequence_id  the entry before the stretch; :batch its length
-- :minimum_age, :retention  seconds
-- :mappings, :tables        parallel arrays: the loaded mappings and the tables they copy
--
-- Bound and delete share this statement's snapshot. A copy that is announced after it begins at the last id given or later,
-- so it needs nothing of what goes here. An enabled database holds back, paused or failing, until the retention is over;
-- a mapping that is not loaded here may copy any table, so its position holds all of the tenancy's tables; a table that no
-- loaded mapping copies is only purged by the retention. Reads "DeletedRow_sequence", which has no entry without an id.
WITH stretch AS MATERIALIZED (
    SELECT ctid AS place, "tenancyId", "tableName", "sequenceId", "deletedAt" AS at, "shouldUpdateSequenceId" AS owed
    FROM dbsync."DeletedRow"
    WHERE "sequenceId" IS NOT NULL
      AND ("tenancyId", "tableName", "sequenceId") > (:after_tenancy, :after_table, :after_sequence_id)
    ORDER BY "tenancyId", "tableName", "sequenceId"
    LIMIT :batch
), loaded AS (
    SELECT l.mapping_id, l.table_name FROM unnest(:mappings::text[], :tables::text[]) AS l (mapping_id, table_name)
), bounds AS (
    SELECT g."tenancyId", g."tableName",
           EXISTS (SELECT FROM loaded WHERE loaded.table_name = g."tableName") AS known,
           (SELECT min(least(m."neededFrom", m."lastSyncedSequenceId"))
            FROM dbsync."ExternalDatabase" AS x
            JOIN dbsync."ExternalDatabaseMapping" AS m ON m."destinationId" = x."destinationId"
            LEFT JOIN loaded ON loaded.mapping_id = m."mappingId"
            WHERE x."tenancyId" = g."tenancyId" AND x."enabled"
              AND (loaded.mapping_id IS NULL OR loaded.table_name = g."tableName")) AS needed_from
    FROM (SELECT DISTINCT "tenancyId", "tableName" FROM stretch) AS g
), purged AS (
    DELETE FROM dbsync."DeletedRow" AS e
    USING stretch AS s
    JOIN bounds AS b ON b."tenancyId" = s."tenancyId" AND b."tableName" = s."tableName"
    WHERE e.ctid = s.place
      AND NOT s.owed
      AND s.at < now() - :minimum_age * interval '1 second'
      AND ((b.known AND s."sequenceId" <= coalesce(b.needed_from, s."sequenceId"))
          OR s.at < now() - :retention * interval '1 second')
    RETURNING e."tenancyId", e."tableName", e."sequenceId"
), floors AS (
    INSERT INTO dbsync."PurgeFloor" AS f ("tenancyId", "tableName", "sequenceId")
    SELECT "tenancyId", "tableName", max("sequenceId") FROM purged GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT ("tenancyId", "tableName") DO UPDATE SET "sequenceId" = greatest(f."sequenceId", excluded."sequenceId")
)
SELECT last."tenancyId" AS tenancy, last."tableName" AS table_name, last."sequenceId" AS sequence_id,
       (SELECT count(*) FROM stretch) AS looked_at,
       (SELECT count(*) FROM purged) AS purged
FROM (VALUES (1)) AS one
LEFT JOIN LATERAL (
    SELECT * FROM stretch ORDER BY "tenancyId" DESC, "tableName" DESC, "sequenceId" DESC LIMIT 1) AS last ON true;
