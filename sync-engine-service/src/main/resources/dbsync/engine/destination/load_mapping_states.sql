-- What is remembered of the mappings of a tenancy's destinations.
-- :tenancy
SELECT m."destinationId" AS destination_id, m."mappingId" AS mapping_id, m."attempts", m."state", m."lastSyncedSequenceId" AS watermark,
       coalesce(m."nextAttemptAt" > now(), false) AS put_off
FROM dbsync."ExternalDatabaseMapping" AS m
JOIN dbsync."ExternalDatabase" AS x ON x."destinationId" = m."destinationId"
WHERE x."tenancyId" = :tenancy;
