-- Have rows in quarantine tried again as soon as the poller looks. Their attempts still count.
-- :tenancy
-- :id        null for all of the tenancy's external databases
-- :mappings  null for all mappings
-- Primary keys.
UPDATE dbsync."QuarantinedRow" AS q
SET "nextAttemptAt" = now()
FROM dbsync."ExternalDatabase" AS d
WHERE d."tenancyId" = :tenancy
  AND (:id::text IS NULL OR d."id" = :id::text)
  AND q."destinationId" = d."destinationId"
  AND (:mappings::text[] IS NULL OR q."mappingId" = ANY (:mappings::text[]));
