-- Changes one user of each tenancy.
-- :first, :last  numbers of the tenancies
-- :name          as an SQL literal
UPDATE public."ProjectUser" AS u
SET "displayName" = :name
FROM generate_series(:first, :last) AS n
WHERE u."tenancyId" = md5('tenant ' || n)::uuid AND u."projectUserId" = md5('user ' || n || ' 1')::uuid
