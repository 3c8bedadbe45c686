-- Whose a tenancy is. Only where the table exists.
-- :tenancy
-- Its primary key.
SELECT t."projectId"::text AS project_id, t."branchId"::text AS branch_id
FROM public."Tenancy" AS t
WHERE t."id" = :tenancy
