-- One user of every tenancy, picked at random, gets a new display name.
WITH chosen AS (
    SELECT DISTINCT ON (u."tenancyId") u."tenancyId", u."projectUserId"
    FROM "ProjectUser" AS u
    ORDER BY u."tenancyId", random()
)
UPDATE "ProjectUser" AS u
SET "displayName" = 'Renamed at ' || to_char(clock_timestamp(), 'HH24:MI:SS'), "updatedAt" = now() AT TIME ZONE 'UTC'
FROM chosen AS c
WHERE u."tenancyId" = c."tenancyId" AND u."projectUserId" = c."projectUserId";
