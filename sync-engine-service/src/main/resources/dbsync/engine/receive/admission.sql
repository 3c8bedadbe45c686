-- Whether a delivery for a tenancy is taken: the fusebox first, then whether the tenancy has any external database.
-- :tenancy
-- Reads the fusebox' one row and the primary key of "ExternalDatabase".
SELECT CASE
           WHEN NOT f."syncEngineEnabled" THEN 'SWITCHED_OFF'
           WHEN EXISTS (SELECT FROM dbsync."ExternalDatabase" AS d WHERE d."tenancyId" = :tenancy) THEN 'ADMITTED'
           ELSE 'UNKNOWN_TENANCY'
       END AS admission
FROM dbsync."ExternalDbSyncMetadata" AS f
