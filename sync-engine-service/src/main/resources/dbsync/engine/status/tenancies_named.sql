-- Tenancies with an external database whose project or branch contains a text. Only where the application has the table.
-- :search
-- :limit
SELECT t."id"
FROM public."Tenancy" AS t
WHERE strpos(lower(concat_ws(' ', t."projectId", t."branchId")), lower(:search)) > 0
  AND EXISTS (SELECT FROM dbsync."ExternalDatabase" AS d WHERE d."tenancyId" = t."id")
LIMIT :limit
