-- Change an external database and forget its failures, so that it is tried at once. The revision grows, so that warm
-- connections to the old address are not used again and a run under way cannot report failures of the old one.
-- :tenancy, :id
-- :type, :ciphertext, :key_id, :host, :port, :database, :user, :schema, :reader_role, :enabled
-- :mappings       null for every mapping
-- :another_place  whether it names another database or schema, which has proven nothing yet
-- Primary key.
UPDATE dbsync."ExternalDatabase" AS d
SET "type"                 = :type,
    "connectionCiphertext" = :ciphertext,
    "connectionKeyId"      = :key_id,
    "host"                 = :host,
    "port"                 = :port,
    "database"             = :database,
    "user"                 = :user,
    "schema"               = :schema,
    "mappings"             = :mappings::text[],
    "readerRole"           = :reader_role::text,
    "enabled"              = :enabled,
    "revision"             = d."revision" + 1,
    "updatedAt"            = now(),
    "provenAt"             = CASE WHEN :another_place THEN NULL ELSE d."provenAt" END,
    "lastSuccessAt"        = CASE WHEN :another_place THEN NULL ELSE d."lastSuccessAt" END,
    "attempts"             = 0,
    "nextAttemptAt"        = NULL,
    "failingSince"         = NULL,
    "errorCode"            = NULL,
    "errorBlame"           = NULL,
    "errorSqlState"        = NULL,
    "errorMessage"         = NULL,
    "errorRemedy"          = NULL
WHERE d."tenancyId" = :tenancy AND d."id" = :id
RETURNING "tenancyId", "id", "destinationId", "type", "connectionCiphertext", "connectionKeyId", "host", "port",
    "database", "user", "schema", "mappings", "readerRole", "enabled", "paused", "createdAt", "updatedAt"
