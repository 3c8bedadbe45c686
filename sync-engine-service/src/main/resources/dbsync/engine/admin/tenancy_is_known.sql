-- Whether a tenancy has an external database.
-- :tenancy
-- Primary key.
SELECT EXISTS (SELECT FROM dbsync."ExternalDatabase" AS d WHERE d."tenancyId" = :tenancy)
