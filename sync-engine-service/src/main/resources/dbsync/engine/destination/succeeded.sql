-- A run went through.
-- :destination
UPDATE dbsync."ExternalDatabase" AS x
SET "lastSuccessAt" = now()
WHERE x."destinationId" = :destination;
