-- Give up the verifications of databases that were paused, disabled or edited since. A slice under way finds its lease gone.
-- "Verification_due".
UPDATE dbsync."Verification" AS v
SET "state" = 'cancelled', "finishedAt" = clock_timestamp(), "leaseToken" = NULL, "leaseUntil" = NULL
FROM dbsync."ExternalDatabase" AS d
WHERE v."state" IN ('waiting', 'running')
  AND d."destinationId" = v."destinationId"
  AND (d."paused" OR NOT d."enabled" OR d."revision" <> v."revision")
