-- A visitor of every tenancy signs up with a primary e-mail address.
WITH visitor AS (
    INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName", "signedUpAt", "clientMetadata")
    SELECT t."id", gen_random_uuid(), 'Visitor at ' || to_char(clock_timestamp(), 'HH24:MI:SS'), now() AT TIME ZONE 'UTC', '{"sample": true}'
    FROM "Tenancy" AS t
    RETURNING "tenancyId", "projectUserId"
)
INSERT INTO "ContactChannel" ("tenancyId", "projectUserId", "value", "isPrimary", "usedForAuth")
SELECT v."tenancyId", v."projectUserId", left(v."projectUserId"::text, 8) || '@visitors.example', 'TRUE', 'TRUE'
FROM visitor AS v;
