-- Many small tenancies. Ids are made of numbers, so that everybody can name them without looking them up.
-- :first, :last  numbers of the tenancies
-- :users         of each
WITH tenancies AS (
    INSERT INTO public."Tenancy" ("id", "projectId", "branchId")
    SELECT md5('tenant ' || n)::uuid, 'project ' || n, 'main' FROM generate_series(:first, :last) AS n
)
INSERT INTO public."ProjectUser" ("tenancyId", "projectUserId", "displayName", "clientMetadata")
SELECT md5('tenant ' || n)::uuid, md5('user ' || n || ' ' || k)::uuid, 'User ' || k, jsonb_build_object('note', md5(k::text))
FROM generate_series(:first, :last) AS n, generate_series(1, :users) AS k
