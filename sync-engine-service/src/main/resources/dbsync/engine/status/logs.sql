-- What the two logs hold of each source table, of all tenancies.
-- :tables  names as in the logs
-- :scan    entries of a backlog looked at; with a larger backlog the figures per table are what that many entries show
-- :count   tombstones counted
-- Pending entries by the partial indexes; lowest and highest ids as the sequencer keeps them.
WITH pending AS (
    SELECT 'ChangedRow' AS log, p."tableName" AS table_name, count(*) AS entries,
           count(*) FILTER (WHERE p."sequenceId" IS NULL) AS unsequenced
    FROM (SELECT "tableName", "sequenceId" FROM dbsync."ChangedRow"
          WHERE "shouldUpdateSequenceId" ORDER BY "id" LIMIT :scan) AS p
    GROUP BY p."tableName"
    UNION ALL
    SELECT 'DeletedRow', p."tableName", count(*), count(*) FILTER (WHERE p."sequenceId" IS NULL)
    FROM (SELECT "tableName", "sequenceId" FROM dbsync."DeletedRow"
          WHERE "shouldUpdateSequenceId" ORDER BY "id" LIMIT :scan) AS p
    GROUP BY p."tableName"
), tombstones AS (
    SELECT p."tableName" AS table_name, count(*) AS entries
    FROM (SELECT "tableName" FROM dbsync."DeletedRow" LIMIT :count) AS p
    GROUP BY p."tableName"
)
SELECT l.log, t.table_name,
       coalesce(p.entries, 0) AS pending,
       coalesce(p.unsequenced, 0) AS unsequenced,
       s."minSequenceId" AS min_sequence_id,
       s."maxSequenceId" AS max_sequence_id,
       coalesce(d.entries, 0) AS tombstones
FROM unnest(:tables::text[]) WITH ORDINALITY AS t (table_name, position)
CROSS JOIN (VALUES ('ChangedRow'), ('DeletedRow')) AS l (log)
LEFT JOIN pending AS p ON p.log = l.log AND p.table_name = t.table_name
LEFT JOIN dbsync."LogStatistics" AS s ON s."log" = l.log AND s."tableName" = t.table_name
LEFT JOIN tombstones AS d ON l.log = 'DeletedRow' AND d.table_name = t.table_name
ORDER BY t.position, l.log
