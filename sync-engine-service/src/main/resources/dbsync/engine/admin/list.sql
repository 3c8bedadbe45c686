-- A tenancy's external databases.
-- :tenancy
-- Primary key.
SELECT "tenancyId", "id", "destinationId", "type", "connectionCiphertext", "connectionKeyId", "host", "port",
    "database", "user", "schema", "mappings", "readerRole", "enabled", "paused", "createdAt", "updatedAt"
FROM dbsync."ExternalDatabase"
WHERE "tenancyId" = :tenancy
ORDER BY "id"
