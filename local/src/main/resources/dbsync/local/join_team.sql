-- One user of every tenancy joins a team it is not in; where it is, its profile there is renamed.
INSERT INTO "TeamMember" AS m ("tenancyId", "projectUserId", "teamId", "displayName")
SELECT DISTINCT ON (u."tenancyId") u."tenancyId", u."projectUserId", t."teamId", 'Joined at ' || to_char(clock_timestamp(), 'HH24:MI:SS')
FROM "ProjectUser" AS u
JOIN "Team" AS t ON t."tenancyId" = u."tenancyId"
ORDER BY u."tenancyId", random()
ON CONFLICT ("tenancyId", "projectUserId", "teamId") DO UPDATE
    SET "displayName" = excluded."displayName", "updatedAt" = now() AT TIME ZONE 'UTC';
