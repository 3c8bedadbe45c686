-- Put the same connection strings in place under another key, each only where nobody has written another one since it was read.
-- The revision stays: nothing about the database changes, so its warm connection may be used on.
-- :key_id                            the new key
-- :tenancies, :ids, :before, :after  parallel arrays: which, the ciphertext that was read, the new one
-- Primary key. Locked in its order, so that two engines at the same work cannot wait for each other in a circle; a row that
-- had to be waited for is compared again as it is then.
WITH unchanged AS (
    SELECT x."destinationId", n.after
    FROM unnest(:tenancies::uuid[], :ids::text[], :before::bytea[], :after::bytea[]) AS n (tenancy, id, before, after)
    JOIN dbsync."ExternalDatabase" AS x ON x."tenancyId" = n.tenancy AND x."id" = n.id
    WHERE x."connectionCiphertext" = n.before
    ORDER BY x."tenancyId", x."id"
    FOR NO KEY UPDATE OF x
)
UPDATE dbsync."ExternalDatabase" AS x
SET "connectionCiphertext" = unchanged.after,
    "connectionKeyId"      = :key_id
FROM unchanged
WHERE x."destinationId" = unchanged."destinationId"
