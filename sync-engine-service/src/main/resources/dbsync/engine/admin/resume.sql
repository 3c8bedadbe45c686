-- Let a paused external database go on, now. Twice is once.
-- :tenancy, :id
-- Primary key.
UPDATE dbsync."ExternalDatabase" AS d
SET "paused"        = false,
    "nextAttemptAt" = NULL,
    "updatedAt"     = CASE WHEN d."paused" THEN now() ELSE d."updatedAt" END
WHERE d."tenancyId" = :tenancy AND d."id" = :id
RETURNING "tenancyId", "id", "destinationId", "type", "connectionCiphertext", "connectionKeyId", "host", "port",
    "database", "user", "schema", "mappings", "readerRole", "enabled", "paused", "createdAt", "updatedAt"
