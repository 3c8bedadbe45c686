-- The scrubber's next verification: of the healthy database that has waited longest, if it has waited long enough and the others leave
-- room. Only mappings that follow the log are compared. Two replicas take two databases, since each locks the one it takes.
-- :known           mapping ids
-- :interval_millis how long a database waits between two
-- :most            verifications of the scrubber's under way at once, all replicas together
-- :repair
-- "ExternalDatabase_scrub".
WITH due AS (
    SELECT d."destinationId", d."revision"
    FROM dbsync."ExternalDatabase" AS d
    WHERE d."enabled" AND NOT d."paused" AND d."errorCode" IS NULL AND d."provenAt" IS NOT NULL
      AND coalesce(d."scrubbedAt", d."createdAt") <= now() - :interval_millis * interval '1 millisecond'
      AND NOT EXISTS (SELECT FROM dbsync."Verification" AS v
                      WHERE v."destinationId" = d."destinationId" AND v."state" IN ('waiting', 'running'))
      AND (SELECT count(*) FROM dbsync."Verification" AS v
           WHERE v."origin" = 'scrubber' AND v."state" IN ('waiting', 'running')) < :most
    ORDER BY coalesce(d."scrubbedAt", d."createdAt")
    LIMIT 1
    FOR UPDATE OF d SKIP LOCKED
), stamped AS (
    UPDATE dbsync."ExternalDatabase" AS d
    SET "scrubbedAt" = now()
    FROM due
    WHERE d."destinationId" = due."destinationId"
    RETURNING d."destinationId"
), begun AS (
    INSERT INTO dbsync."Verification" ("destinationId", "revision", "origin", "repair")
    SELECT due."destinationId", due."revision", 'scrubber', :repair
    FROM due
    JOIN stamped ON stamped."destinationId" = due."destinationId"
    ON CONFLICT ("destinationId") WHERE "state" IN ('waiting', 'running') DO NOTHING
    RETURNING "id", "destinationId"
)
INSERT INTO dbsync."VerificationMapping" ("verificationId", "ordinal", "mappingId")
SELECT begun."id", row_number() OVER (ORDER BY m."mappingId"), m."mappingId"
FROM begun
JOIN dbsync."ExternalDatabaseMapping" AS m ON m."destinationId" = begun."destinationId"
WHERE m."state" = 'following' AND m."errorCode" IS NULL AND m."mappingId" = ANY (:known::text[])
