-- One team of every tenancy gets a new name, which its invitations show too.
WITH chosen AS (
    SELECT DISTINCT ON (t."tenancyId") t."tenancyId", t."teamId"
    FROM "Team" AS t
    ORDER BY t."tenancyId", random()
)
UPDATE "Team" AS t
SET "displayName" = split_part(t."displayName", ' at ', 1) || ' at ' || to_char(clock_timestamp(), 'HH24:MI:SS'), "updatedAt" = now() AT TIME ZONE 'UTC'
FROM chosen AS c
WHERE t."tenancyId" = c."tenancyId" AND t."teamId" = c."teamId";
