-- Every tenancy invites somebody into one of its teams.
INSERT INTO "VerificationCode" ("projectId", "branchId", "type", "data", "method")
SELECT DISTINCT ON (t."id") t."projectId", t."branchId", 'TEAM_INVITATION'::"VerificationCodeType",
       jsonb_build_object('team_id', m."teamId"),
       jsonb_build_object('email', 'invited-' || to_char(clock_timestamp(), 'HH24MISS') || '@mail.example')
FROM "Tenancy" AS t
JOIN "Team" AS m ON m."tenancyId" = t."id"
ORDER BY t."id", random();
