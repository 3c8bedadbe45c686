-- A page of the rows that an external database has in quarantine.
-- :tenancy, :id
-- :mapping                     null for all mappings
-- :after_mapping, :after_hash  the last row of the page before
-- :limit
-- Primary keys.
SELECT q."mappingId", q."keyHash", q."key"::text AS key, q."errorCode", q."errorBlame", q."errorMessage", q."errorRemedy",
       q."errorSqlState", q."attempts", q."firstRefusedAt", q."refusedAt", q."nextAttemptAt"
FROM dbsync."ExternalDatabase" AS d
JOIN dbsync."QuarantinedRow" AS q ON q."destinationId" = d."destinationId"
WHERE d."tenancyId" = :tenancy
  AND d."id" = :id
  AND (:mapping::text IS NULL OR q."mappingId" = :mapping::text)
  AND (q."mappingId", q."keyHash") > (:after_mapping::text, :after_hash::uuid)
ORDER BY q."mappingId", q."keyHash"
LIMIT :limit;
