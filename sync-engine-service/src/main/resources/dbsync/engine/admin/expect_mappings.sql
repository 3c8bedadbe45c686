-- Note that a destination is to get these mappings, so that it does not pass for one that has everything until they are begun.
-- :destination
-- :mappings  ids
-- Primary key.
INSERT INTO dbsync."ExternalDatabaseMapping" ("destinationId", "mappingId")
SELECT :destination, wanted.id
FROM unnest(:mappings::text[]) AS wanted (id)
ORDER BY wanted.id
ON CONFLICT ("destinationId", "mappingId") DO NOTHING
