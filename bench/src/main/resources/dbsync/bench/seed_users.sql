-- A tenancy of users of about 450 bytes, each with a primary e-mail.
-- :tenancy
-- :users    how many
WITH tenancy AS (
    INSERT INTO public."Tenancy" ("id", "projectId", "branchId") VALUES (:tenancy, :tenancy::text, 'main') RETURNING "id"
), users AS (
    INSERT INTO public."ProjectUser" ("tenancyId", "projectUserId", "displayName", "profileImageUrl", "clientMetadata")
    SELECT tenancy."id", gen_random_uuid(), 'User ' || n, 'https://images.example/' || n || '.png',
           jsonb_build_object('note', repeat(md5(n::text), 8))
    FROM tenancy, generate_series(1, :users) AS n
    RETURNING "tenancyId", "projectUserId"
)
INSERT INTO public."ContactChannel" ("tenancyId", "projectUserId", "id", "type", "value", "isPrimary", "isVerified")
SELECT "tenancyId", "projectUserId", gen_random_uuid(), 'EMAIL', "projectUserId" || '@example.com', 'TRUE', true
FROM users;
