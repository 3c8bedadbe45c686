-- Have a tenancy's databases that are backing off tried now. Their attempts still count.
-- :tenancy
-- Primary key.
UPDATE dbsync."ExternalDatabase" AS d
SET "nextAttemptAt" = NULL
WHERE d."tenancyId" = :tenancy AND d."nextAttemptAt" IS NOT NULL
