-- All invitations of a tenancy but its newest ten are withdrawn.
DELETE FROM "VerificationCode" AS v
USING (
    SELECT c."projectId", c."branchId", c."id",
           row_number() OVER (PARTITION BY c."projectId", c."branchId" ORDER BY c."createdAt" DESC, c."id") AS place
    FROM "VerificationCode" AS c
) AS ranked
WHERE v."projectId" = ranked."projectId" AND v."branchId" = ranked."branchId" AND v."id" = ranked."id" AND ranked.place > 10;
