-- Forget an external database and, by cascade, what we know of its mappings. The tenant's tables stay as they are.
-- :tenancy, :id
-- Primary key.
DELETE FROM dbsync."ExternalDatabase"
WHERE "tenancyId" = :tenancy AND "id" = :id
RETURNING "destinationId"
