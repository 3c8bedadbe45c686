-- Keep a database's newest verifications.
-- :destination, :kept
-- "Verification_history".
DELETE FROM dbsync."Verification" AS v
WHERE v."destinationId" = :destination AND v."finishedAt" IS NOT NULL
  AND v."id" NOT IN (SELECT n."id" FROM dbsync."Verification" AS n
                     WHERE n."destinationId" = :destination
                     ORDER BY n."createdAt" DESC
                     LIMIT :kept)
