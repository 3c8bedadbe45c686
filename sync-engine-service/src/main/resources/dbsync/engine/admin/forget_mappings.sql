-- Forget what we knew of the mappings that a destination no longer gets. What its tables hold stays as it is.
-- :destination
-- :kept  mapping ids; null keeps all
-- Primary key.
DELETE FROM dbsync."ExternalDatabaseMapping" AS m
WHERE m."destinationId" = :destination
  AND NOT coalesce(m."mappingId" = ANY (:kept::text[]), true)
