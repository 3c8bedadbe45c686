-- What the two logs hold of each source table, of one tenancy.
-- :tenancy
-- :tables  names as in the logs
-- :scan    entries of a backlog looked at; with a larger backlog the figures per table are what that many entries show
-- :count   tombstones counted per table
-- Pending entries by the partial indexes; ids and tombstones by the indexes on (tenancy, table, sequence id).
WITH pending AS (
    SELECT 'ChangedRow' AS log, p."tableName" AS table_name, count(*) AS entries,
           count(*) FILTER (WHERE p."sequenceId" IS NULL) AS unsequenced
    FROM (SELECT "tableName", "sequenceId" FROM dbsync."ChangedRow"
          WHERE "shouldUpdateSequenceId" AND "tenancyId" = :tenancy ORDER BY "id" LIMIT :scan) AS p
    GROUP BY p."tableName"
    UNION ALL
    SELECT 'DeletedRow', p."tableName", count(*), count(*) FILTER (WHERE p."sequenceId" IS NULL)
    FROM (SELECT "tableName", "sequenceId" FROM dbsync."DeletedRow"
          WHERE "shouldUpdateSequenceId" AND "tenancyId" = :tenancy ORDER BY "id" LIMIT :scan) AS p
    GROUP BY p."tableName"
), table_name AS (
    SELECT t.table_name, t.position FROM unnest(:tables::text[]) WITH ORDINALITY AS t (table_name, position)
), ids AS (
    SELECT 'ChangedRow' AS log, t.table_name,
           (SELECT min(c."sequenceId") FROM dbsync."ChangedRow" AS c
            WHERE c."tenancyId" = :tenancy AND c."tableName" = t.table_name AND c."sequenceId" IS NOT NULL) AS lowest,
           (SELECT max(c."sequenceId") FROM dbsync."ChangedRow" AS c
            WHERE c."tenancyId" = :tenancy AND c."tableName" = t.table_name AND c."sequenceId" IS NOT NULL) AS highest,
           0 AS entries
    FROM table_name AS t
    UNION ALL
    SELECT 'DeletedRow', t.table_name,
           (SELECT min(d."sequenceId") FROM dbsync."DeletedRow" AS d
            WHERE d."tenancyId" = :tenancy AND d."tableName" = t.table_name AND d."sequenceId" IS NOT NULL),
           (SELECT max(d."sequenceId") FROM dbsync."DeletedRow" AS d
            WHERE d."tenancyId" = :tenancy AND d."tableName" = t.table_name AND d."sequenceId" IS NOT NULL),
           (SELECT count(*) FROM (
                SELECT FROM dbsync."DeletedRow" AS d
                WHERE d."tenancyId" = :tenancy AND d."tableName" = t.table_name AND d."sequenceId" IS NOT NULL
                LIMIT :count) AS counted)
    FROM table_name AS t
)
SELECT i.log, t.table_name,
       coalesce(p.entries, 0) AS pending,
       coalesce(p.unsequenced, 0) AS unsequenced,
       i.lowest AS min_sequence_id,
       i.highest AS max_sequence_id,
       CASE WHEN i.log = 'DeletedRow' THEN i.entries + coalesce(p.unsequenced, 0) ELSE 0 END AS tombstones
FROM table_name AS t
JOIN ids AS i ON i.table_name = t.table_name
LEFT JOIN pending AS p ON p.log = i.log AND p.table_name = t.table_name
ORDER BY t.position, i.log
