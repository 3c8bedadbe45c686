-- A verification that somebody asks for goes before the scrubber's.
-- :tenancy, :id
UPDATE dbsync."Verification" AS v
SET "state" = 'cancelled', "finishedAt" = clock_timestamp(), "leaseToken" = NULL, "leaseUntil" = NULL
FROM dbsync."ExternalDatabase" AS d
WHERE d."tenancyId" = :tenancy AND d."id" = :id
  AND v."destinationId" = d."destinationId" AND v."origin" = 'scrubber' AND v."state" IN ('waiting', 'running')
