-- How far the mapping of users has come in a tenancy's only database, as the services' own mirror has it.
-- ? the tenancy
SELECT m."state", m."rowsCopied"
FROM dbsync."ExternalDatabase" AS d
JOIN dbsync."ExternalDatabaseMapping" AS m USING ("destinationId")
WHERE d."tenancyId" = ? AND m."mappingId" = 'users'
