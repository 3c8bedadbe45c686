-- Whether there is such an external database.
-- :tenancy, :id
-- Primary key.
SELECT EXISTS (SELECT FROM dbsync."ExternalDatabase" AS d WHERE d."tenancyId" = :tenancy AND d."id" = :id)
