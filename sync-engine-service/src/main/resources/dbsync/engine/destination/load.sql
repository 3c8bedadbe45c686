-- A tenancy's destinations that want to be written to, and the installation that writes.
-- :tenancy
SELECT x."id", x."destinationId" AS destination_id, x."revision", x."connectionCiphertext" AS ciphertext,
       x."connectionKeyId" AS key_id, x."schema", x."mappings", x."readerRole" AS reader_role, x."attempts",
       x."provenAt" IS NOT NULL AND x."errorCode" IS NULL AS proven,
       x."nextAttemptAt" AS due, coalesce(x."nextAttemptAt" > now(), false) AS put_off,
       ARRAY(SELECT DISTINCT q."mappingId" FROM dbsync."QuarantinedRow" AS q WHERE q."destinationId" = x."destinationId")
           AS quarantined
FROM dbsync."ExternalDatabase" AS x
WHERE x."tenancyId" = :tenancy
  AND x."enabled"
  AND NOT x."paused"
ORDER BY x."id";
