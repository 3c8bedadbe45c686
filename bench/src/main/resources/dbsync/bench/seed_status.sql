-- Small users of many tenancies, numbered from 1. Foreign keys are not checked, for speed: nothing is captured yet.
-- :tenancies
-- :users  of each
INSERT INTO public."Tenancy" ("id", "projectId", "branchId")
SELECT md5('tenant ' || n)::uuid, 'project ' || n, 'main' FROM generate_series(1, :tenancies) AS n;
SET session_replication_role = replica;
INSERT INTO public."ProjectUser" ("tenancyId", "projectUserId")
SELECT t.id, gen_random_uuid()
FROM (SELECT md5('tenant ' || n)::uuid AS id FROM generate_series(1, :tenancies) AS n ORDER BY id) AS t,
     generate_series(1, :users) AS k;
RESET session_replication_role;
