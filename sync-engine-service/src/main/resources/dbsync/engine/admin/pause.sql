-- Stop writing to an external database until it is resumed. Twice is once.
-- :tenancy, :id
-- Primary key.
UPDATE dbsync."ExternalDatabase" AS d
SET "paused"    = true,
    "updatedAt" = CASE WHEN d."paused" THEN d."updatedAt" ELSE now() END
WHERE d."tenancyId" = :tenancy AND d."id" = :id
RETURNING "tenancyId", "id", "destinationId", "type", "connectionCiphertext", "connectionKeyId", "host", "port",
    "database", "user", "schema", "mappings", "readerRole", "enabled", "paused", "createdAt", "updatedAt"
