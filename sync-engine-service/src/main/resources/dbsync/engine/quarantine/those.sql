-- Those of some keys of a mapping that are in quarantine: what a verification need not call a difference.
-- :destination, :mapping, :hashes
-- Primary key.
SELECT q."keyHash"
FROM dbsync."QuarantinedRow" AS q
WHERE q."destinationId" = :destination AND q."mappingId" = :mapping AND q."keyHash" = ANY (:hashes::uuid[])
