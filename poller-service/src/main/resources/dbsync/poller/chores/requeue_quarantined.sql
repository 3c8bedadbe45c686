-- Send the keys of quarantined rows whose time has come through the log once more, as tombstones: the engine looks their target
-- keys up in the source and writes what it finds. The entry's id is what makes the retry safe, see the migration.
--   :row_limit  rows at most, the longest due first
-- Not while the database or the mapping fails as a whole: entries would only pile up. The time of the attempt after next is
-- set as if this one were lost; a row that is refused again gets a time of its own.
-- Index: QuarantinedRow_due. Rows that another poller is just requeueing are skipped.
WITH due AS (
    SELECT q."destinationId", q."mappingId", q."keyHash"
    FROM dbsync."QuarantinedRow" AS q
    JOIN dbsync."ExternalDatabase" AS d ON d."destinationId" = q."destinationId"
    LEFT JOIN dbsync."ExternalDatabaseMapping" AS m
        ON m."destinationId" = q."destinationId" AND m."mappingId" = q."mappingId"
    WHERE q."nextAttemptAt" <= now()
      AND (d."mappings" IS NULL OR q."mappingId" = ANY (d."mappings"))
      AND d."enabled" AND NOT d."paused"
      AND d."errorCode" IS NULL AND m."errorCode" IS NULL
    ORDER BY q."nextAttemptAt"
    LIMIT :row_limit::integer
    FOR UPDATE OF q SKIP LOCKED
), requeued AS (
    UPDATE dbsync."QuarantinedRow" AS q
    SET "nextAttemptAt" = now() + interval '5 minutes'
    FROM due
    WHERE q."destinationId" = due."destinationId" AND q."mappingId" = due."mappingId" AND q."keyHash" = due."keyHash"
    RETURNING q."tenancyId", q."tableName", q."data"
)
INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data")
SELECT DISTINCT requeued."tenancyId", requeued."tableName", requeued."data", requeued."data"
FROM requeued
RETURNING "id";
