-- Actions, the newest first.
-- :tenancy  null for everybody's
-- :before   only those of a lower id
-- :limit
-- The primary key, or AdminAction_of_tenancy.
SELECT "id", "startedAt", "endedAt", "via", "actor", "address", "action", "tenancyId", "externalDatabaseId", "details", "outcome"
FROM dbsync."AdminAction"
WHERE "id" < :before AND (:tenancy::uuid IS NULL OR "tenancyId" = :tenancy::uuid)
ORDER BY "id" DESC
LIMIT :limit
