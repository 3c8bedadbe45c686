-- How many rows a mapping of a destination has in quarantine beside these.
-- :destination, :mapping
-- :hashes  hashes of the keys that are about to be parked
-- Primary key.
SELECT count(*)
FROM dbsync."QuarantinedRow" AS q
WHERE q."destinationId" = :destination
  AND q."mappingId" = :mapping
  AND q."keyHash" <> ALL (:hashes::uuid[]);
