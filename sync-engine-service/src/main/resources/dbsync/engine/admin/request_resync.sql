-- Ask for a resync of some mappings of an external database. The request is an id of its own, never cleared: the copy that meets it commits
-- the id in the target with its beginning (MappingPlan), so that a crash neither loses the request nor has it met twice.
-- :tenancy, :id
-- :mappings  mapping ids
-- Primary keys; in the order of mappings, as everybody locks them.
INSERT INTO dbsync."ExternalDatabaseMapping" AS m ("destinationId", "mappingId", "resync")
SELECT d."destinationId", wanted.id, gen_random_uuid()
FROM dbsync."ExternalDatabase" AS d
CROSS JOIN unnest(:mappings::text[]) AS wanted (id)
WHERE d."tenancyId" = :tenancy AND d."id" = :id
ORDER BY wanted.id
FOR SHARE OF d
ON CONFLICT ("destinationId", "mappingId") DO UPDATE
    SET "resync" = excluded."resync", "nextAttemptAt" = NULL
