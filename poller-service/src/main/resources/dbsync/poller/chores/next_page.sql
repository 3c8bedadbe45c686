-- The last of the next destinations for the sweep to look at, in key order; no row after the last page.
--   :after_tenancy, :after_id  the last one looked at
--   :page_size
-- Index: the primary key.
SELECT p."tenancyId", p."id"
FROM (
    SELECT d."tenancyId", d."id"
    FROM dbsync."ExternalDatabase" AS d
    WHERE (d."tenancyId", d."id") > (:after_tenancy::uuid, :after_id::text)
    ORDER BY d."tenancyId", d."id"
    LIMIT :page_size::integer) AS p
ORDER BY p."tenancyId" DESC, p."id" DESC
LIMIT 1;
