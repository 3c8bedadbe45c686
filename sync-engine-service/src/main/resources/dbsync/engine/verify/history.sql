-- A database's verifications, the newest first.
-- :tenancy, :id, :limit
-- "Verification_history".
SELECT v."id", v."origin", v."repair", v."state", v."createdAt", v."startedAt", v."finishedAt", v."errorCode", v."errorMessage"
FROM dbsync."Verification" AS v
JOIN dbsync."ExternalDatabase" AS d ON d."destinationId" = v."destinationId"
WHERE d."tenancyId" = :tenancy AND d."id" = :id
ORDER BY v."createdAt" DESC
LIMIT :limit
