-- Have the mappings of a tenancy's databases that are backing off tried now. Their attempts still count.
-- :tenancy
-- Primary keys.
UPDATE dbsync."ExternalDatabaseMapping" AS m
SET "nextAttemptAt" = NULL
FROM dbsync."ExternalDatabase" AS d
WHERE d."tenancyId" = :tenancy AND m."destinationId" = d."destinationId" AND m."nextAttemptAt" IS NOT NULL
