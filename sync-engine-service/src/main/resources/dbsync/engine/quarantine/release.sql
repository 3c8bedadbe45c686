-- Let go of rows that a page of the log has dealt with. One that was refused after the page's source was read, by a later run,
-- stays: this page knows nothing of what was refused then.
-- :destination, :mapping
-- :hashes   hashes of the target keys in the page that the target took
-- :read_at  when the page's snapshot began, by this database's clock
-- Primary key.
DELETE FROM dbsync."QuarantinedRow" AS q
WHERE q."destinationId" = :destination
  AND q."mappingId" = :mapping
  AND q."keyHash" = ANY (:hashes::uuid[])
  AND q."refusedAt" < :read_at;
