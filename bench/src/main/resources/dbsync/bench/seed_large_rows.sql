-- A tenancy whose users are a megabyte each, stored as they are.
-- :tenancy
-- :users   how many
-- :bytes   of each
ALTER TABLE public."ProjectUser" ALTER COLUMN "serverMetadata" SET STORAGE EXTERNAL;
INSERT INTO public."Tenancy" ("id", "projectId", "branchId") VALUES (:tenancy, :tenancy::text, 'main');
INSERT INTO public."ProjectUser" ("tenancyId", "projectUserId", "displayName", "serverMetadata")
SELECT :tenancy, gen_random_uuid(), 'User ' || n, jsonb_build_object('blob', repeat(md5(n::text), :bytes / 32))
FROM generate_series(1, :users) AS n;
