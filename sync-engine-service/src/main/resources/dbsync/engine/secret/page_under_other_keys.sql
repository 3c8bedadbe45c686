-- The next connection strings that are not under this key.
-- :key_id       the key they should be under
-- :tenancy, :id where the last page ended
-- :rows         how many
-- Primary key.
SELECT x."tenancyId" AS tenancy_id, x."id", x."connectionKeyId" AS key_id, x."connectionCiphertext" AS ciphertext
FROM dbsync."ExternalDatabase" AS x
WHERE x."connectionKeyId" <> :key_id
  AND (x."tenancyId", x."id") > (:tenancy, :id)
ORDER BY x."tenancyId", x."id"
LIMIT :rows
