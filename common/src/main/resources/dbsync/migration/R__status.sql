-- How each external database is doing, in one word.
--   known  ids of all mappings there are
-- Without SET and not STRICT, so that the planner inlines it into the statement that asks. Names are qualified instead. Mappings that
-- do not simply follow are few and found by their partial index. One that has no row yet does not count: a database that gets new
-- mappings has rows for them at once, and after a new mapping file the poller's sweep begins it.
CREATE OR REPLACE FUNCTION database_states(known text[])
    RETURNS TABLE ("destinationId" uuid, state text)
    LANGUAGE sql STABLE
AS $$
    SELECT d."destinationId",
           CASE
               WHEN d."paused" OR NOT d."enabled" THEN 'paused'
               WHEN d."errorCode" IS NOT NULL OR u.failing THEN 'error'
               WHEN d."lastSuccessAt" IS NULL OR u."destinationId" IS NOT NULL THEN 'pending'
               ELSE 'ok'
           END
    FROM dbsync."ExternalDatabase" AS d
    LEFT JOIN (
        SELECT m."destinationId", bool_or(m."errorCode" IS NOT NULL) AS failing
        FROM dbsync."ExternalDatabaseMapping" AS m
        JOIN dbsync."ExternalDatabase" AS x ON x."destinationId" = m."destinationId"
        WHERE (m."state" <> 'following' OR m."errorCode" IS NOT NULL)
          AND m."mappingId" = ANY (known)
          AND (x."mappings" IS NULL OR m."mappingId" = ANY (x."mappings"))
        GROUP BY m."destinationId") AS u ON u."destinationId" = d."destinationId"
$$;

-- When the oldest change was made that an external database has not applied yet; null if it has everything. While rows are
-- being copied that is when the copy began; before its first copy, when the database was made. A mapping whose source table is
-- not captured, because the application has none, is copied by nobody and lacks nothing.
--   database  its row
--   known, tables  parallel: the mappings there are, and the source table of each as the logs name it
-- Per mapping, one probe of each log behind its watermark; per tenancy, one of each for what has no sequence id yet. Entries
-- are in order of their ids, so of several mappings' the first ones are compared by their times.
CREATE OR REPLACE FUNCTION oldest_owed(database "ExternalDatabase", known text[], tables text[])
    RETURNS TABLE (at timestamptz)
    LANGUAGE sql STABLE
AS $$
    SELECT least(
        min(least(
            (SELECT e."changedAt" FROM dbsync."ChangedRow" AS e
             WHERE e."tenancyId" = database."tenancyId" AND e."tableName" = k.table_name
               AND e."sequenceId" > coalesce(m."lastSyncedSequenceId", 0)
             ORDER BY e."sequenceId" LIMIT 1),
            (SELECT e."deletedAt" FROM dbsync."DeletedRow" AS e
             WHERE e."tenancyId" = database."tenancyId" AND e."tableName" = k.table_name
               AND e."sequenceId" > coalesce(m."lastSyncedSequenceId", 0)
             ORDER BY e."sequenceId" LIMIT 1),
            CASE WHEN m."lastSyncedSequenceId" IS NULL THEN
                     (SELECT database."createdAt" WHERE EXISTS (
                         SELECT FROM dbsync."CapturedTable" AS t WHERE t."tableName" = k.table_name))
                 WHEN m."state" <> 'following' THEN m."copyBeganAt" END)),
        (SELECT min(e.at) FROM (
             SELECT w."changedAt" AS at, w."tableName" AS table_name FROM dbsync."ChangedRow" AS w
             WHERE w."shouldUpdateSequenceId" AND w."tenancyId" = database."tenancyId"
             ORDER BY w."id" LIMIT 1001) AS e
         WHERE e.table_name IN (
             SELECT k.table_name FROM unnest(known, tables) AS k (id, table_name)
             WHERE database."mappings" IS NULL OR k.id = ANY (database."mappings"))),
        (SELECT min(e.at) FROM (
             SELECT w."deletedAt" AS at, w."tableName" AS table_name FROM dbsync."DeletedRow" AS w
             WHERE w."shouldUpdateSequenceId" AND w."tenancyId" = database."tenancyId"
             ORDER BY w."id" LIMIT 1001) AS e
         WHERE e.table_name IN (
             SELECT k.table_name FROM unnest(known, tables) AS k (id, table_name)
             WHERE database."mappings" IS NULL OR k.id = ANY (database."mappings"))))
    FROM unnest(known, tables) AS k (id, table_name)
    LEFT JOIN dbsync."ExternalDatabaseMapping" AS m ON m."destinationId" = database."destinationId" AND m."mappingId" = k.id
    WHERE database."mappings" IS NULL OR k.id = ANY (database."mappings")
$$;

-- Databases that may lack a change. By invariant 3 whatever is behind is explained: its changes have no ids yet, its tenancy has a
-- request, it backs off, is paused or off, or is just being copied. One that none of these explains is the sweep's to find, within
-- half a minute; until then it is not among these.
--   Reads "ExternalDatabase" and "OutgoingRequest" once; of the logs, one entry per tenancy that has pending ones.
CREATE OR REPLACE VIEW "OwedDatabase" AS
WITH RECURSIVE changed AS (
    (SELECT e."tenancyId" AS tenancy FROM dbsync."ChangedRow" AS e
     WHERE e."shouldUpdateSequenceId" ORDER BY e."tenancyId" LIMIT 1)
    UNION ALL
    SELECT (SELECT e."tenancyId" FROM dbsync."ChangedRow" AS e
            WHERE e."shouldUpdateSequenceId" AND e."tenancyId" > c.tenancy ORDER BY e."tenancyId" LIMIT 1)
    FROM changed AS c
    WHERE c.tenancy IS NOT NULL
), deleted AS (
    (SELECT e."tenancyId" AS tenancy FROM dbsync."DeletedRow" AS e
     WHERE e."shouldUpdateSequenceId" ORDER BY e."tenancyId" LIMIT 1)
    UNION ALL
    SELECT (SELECT e."tenancyId" FROM dbsync."DeletedRow" AS e
            WHERE e."shouldUpdateSequenceId" AND e."tenancyId" > d.tenancy ORDER BY e."tenancyId" LIMIT 1)
    FROM deleted AS d
    WHERE d.tenancy IS NOT NULL
), tenancies AS (
    SELECT c.tenancy FROM changed AS c WHERE c.tenancy IS NOT NULL
    UNION
    SELECT d.tenancy FROM deleted AS d WHERE d.tenancy IS NOT NULL
    UNION
    SELECT substr(r."deduplicationKey", 13)::uuid FROM dbsync."OutgoingRequest" AS r
    WHERE r."deduplicationKey" ~ '^sync-engine:[0-9a-f-]{36}$'
)
SELECT d."destinationId"
FROM dbsync."ExternalDatabase" AS d
JOIN tenancies AS t ON t.tenancy = d."tenancyId"
UNION
SELECT d."destinationId"
FROM dbsync."ExternalDatabase" AS d
WHERE d."paused" OR NOT d."enabled" OR d."nextAttemptAt" IS NOT NULL OR d."lastSuccessAt" IS NULL
UNION
SELECT m."destinationId"
FROM dbsync."ExternalDatabaseMapping" AS m
WHERE m."state" <> 'following' OR m."errorCode" IS NOT NULL
UNION
SELECT m."destinationId"
FROM dbsync."ExternalDatabaseMapping" AS m
WHERE m."nextAttemptAt" IS NOT NULL;
