-- One user of every tenancy changes the primary e-mail address, which its row in "users" shows too.
WITH chosen AS (
    SELECT DISTINCT ON (c."tenancyId") c."tenancyId", c."projectUserId", c."id"
    FROM "ContactChannel" AS c
    WHERE c."isPrimary" = 'TRUE'
    ORDER BY c."tenancyId", random()
)
UPDATE "ContactChannel" AS c
SET "value" = 'changed-' || to_char(clock_timestamp(), 'HH24MISS') || '@mail.example', "isVerified" = NOT c."isVerified", "updatedAt" = now() AT TIME ZONE 'UTC'
FROM chosen AS k
WHERE c."tenancyId" = k."tenancyId" AND c."projectUserId" = k."projectUserId" AND c."id" = k."id";
