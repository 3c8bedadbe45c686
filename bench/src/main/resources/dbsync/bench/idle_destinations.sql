-- Destinations that have had everything and are asked for nothing, in the state of one that is real.
-- :model         number of the tenancy to take after
-- :first, :last  numbers of the tenancies
WITH model AS (
    SELECT d.*, m."mappingId", m."state", m."epoch", m."lastSyncedSequenceId"
    FROM dbsync."ExternalDatabase" AS d JOIN dbsync."ExternalDatabaseMapping" AS m USING ("destinationId")
    WHERE d."tenancyId" = md5('tenant ' || :model)::uuid
), made AS (
    INSERT INTO dbsync."ExternalDatabase"
        ("tenancyId", "id", "type", "connectionCiphertext", "connectionKeyId", "host", "port", "database", "user", "schema",
         "mappings", "provenAt", "lastSuccessAt")
    SELECT md5('tenant ' || n)::uuid, m."id", m."type", m."connectionCiphertext", m."connectionKeyId", m."host", m."port",
           m."database", m."user", 'tenant_' || n, m."mappings", m."provenAt", m."lastSuccessAt"
    FROM model AS m, generate_series(:first, :last) AS n
    RETURNING "destinationId"
)
INSERT INTO dbsync."ExternalDatabaseMapping" ("destinationId", "mappingId", "state", "epoch", "lastSyncedSequenceId")
SELECT made."destinationId", m."mappingId", m."state", m."epoch", m."lastSyncedSequenceId" FROM made, model AS m
