-- The newest visitor but two of every tenancy leaves, and takes along what hangs on a user. So the tables stay small.
DELETE FROM "ProjectUser" AS u
USING (
    SELECT v."tenancyId", v."projectUserId",
           row_number() OVER (PARTITION BY v."tenancyId" ORDER BY v."createdAt" DESC, v."projectUserId") AS place
    FROM "ProjectUser" AS v
    WHERE v."clientMetadata" @> '{"sample": true}'
) AS ranked
WHERE u."tenancyId" = ranked."tenancyId" AND u."projectUserId" = ranked."projectUserId" AND ranked.place > 2;
