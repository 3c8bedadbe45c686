-- The next expansions that this replica can resolve, oldest first. Locked: another replica takes others, and this
-- transaction has its id before it takes any log id, as the low water of the sequencer wants it.
-- :known  expansions of the loaded mappings that are not set aside
-- :batch  how many
SELECT "id", "expansion", "key"::text AS key, "pageCursor"::text AS cursor
FROM dbsync."PendingExpansion"
WHERE "expansion" = ANY (:known)
ORDER BY "id"
LIMIT :batch
FOR UPDATE SKIP LOCKED;
