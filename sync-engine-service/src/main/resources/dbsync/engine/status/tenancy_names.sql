-- Whose some tenancies are. Only where the application has the table.
-- :tenancies
-- Its primary key.
SELECT t."id", t."projectId"::text AS project_id, t."branchId"::text AS branch_id
FROM public."Tenancy" AS t
WHERE t."id" = ANY (:tenancies)
