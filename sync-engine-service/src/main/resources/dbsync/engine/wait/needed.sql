-- What each mapping of a database must have applied, for all that is sequenced now to be there: an id of the log, and a copy of
-- the present capture generation. Purged entries count by the floor.
-- :tenancy
-- :known, :tables, :reads  parallel: the mappings, the table of each as the logs name it, and all tables it reads (newline between)
-- A mapping whose source table is not captured is copied by nobody and not among these.
-- The indexes on (tenancy, table, sequence id).
SELECT m.id AS mapping_id,
       coalesce(greatest(
           (SELECT max(c."sequenceId") FROM dbsync."ChangedRow" AS c
            WHERE c."tenancyId" = :tenancy AND c."tableName" = m.table_name AND c."sequenceId" IS NOT NULL),
           (SELECT max(d."sequenceId") FROM dbsync."DeletedRow" AS d
            WHERE d."tenancyId" = :tenancy AND d."tableName" = m.table_name AND d."sequenceId" IS NOT NULL),
           (SELECT f."sequenceId" FROM dbsync."PurgeFloor" AS f
            WHERE f."tenancyId" = :tenancy AND f."tableName" = m.table_name)), 0) AS sequence_id,
       coalesce((SELECT max(g."id") FROM dbsync."CaptureGeneration" AS g
                 WHERE g."tableName" = ANY (string_to_array(m.reads, E'\n'))), 0) AS generation
FROM unnest(:known::text[], :tables::text[], :reads::text[]) AS m (id, table_name, reads)
WHERE EXISTS (SELECT FROM dbsync."CapturedTable" AS t WHERE t."tableName" = m.table_name)
