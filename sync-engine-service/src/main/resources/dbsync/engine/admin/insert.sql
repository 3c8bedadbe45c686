-- Create an external database; no row comes back where there is one of this id.
-- :tenancy, :id
-- :type, :ciphertext, :key_id, :host, :port, :database, :user, :schema, :reader_role, :enabled
-- :mappings  null for every mapping
-- Race closed: of two that create it at once one waits here for the other's commit, then goes the way of a change.
INSERT INTO dbsync."ExternalDatabase" (
    "tenancyId", "id", "type", "connectionCiphertext", "connectionKeyId", "host", "port", "database", "user", "schema",
    "mappings", "readerRole", "enabled")
VALUES (
    :tenancy, :id, :type, :ciphertext, :key_id, :host, :port, :database, :user, :schema,
    :mappings::text[], :reader_role::text, :enabled)
ON CONFLICT ("tenancyId", "id") DO NOTHING
RETURNING "tenancyId", "id", "destinationId", "type", "connectionCiphertext", "connectionKeyId", "host", "port",
    "database", "user", "schema", "mappings", "readerRole", "enabled", "paused", "createdAt", "updatedAt"
