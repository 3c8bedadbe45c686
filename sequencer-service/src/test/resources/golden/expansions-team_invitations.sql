-- VerificationCode#Team:4a0a3292
WITH page AS (
    SELECT tenancy."id" AS tenancy, jsonb_build_object('projectId', src."projectId", 'branchId', src."branchId", 'id', src."id") AS key, row_number() OVER (ORDER BY src."projectId", src."branchId", src."id") AS place
    FROM "public"."VerificationCode" AS src JOIN "public"."Tenancy" AS tenancy ON tenancy."projectId" = src."projectId" AND tenancy."branchId" = src."branchId"
    WHERE (src."data" ->> 'team_id') = CAST(CAST($1 AS jsonb) ->> 'teamId' AS text)
    ORDER BY src."projectId", src."branchId", src."id"
    LIMIT $2
), logged AS (
    INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey", "changedAt")
    SELECT tenancy, 'VerificationCode', key, (SELECT "changedAt" FROM dbsync."PendingExpansion" WHERE "id" = $3)
    FROM page
    WHERE tenancy IS NOT NULL
)
SELECT place AS rows, key::text AS last FROM page ORDER BY place DESC LIMIT 1
-- next page
WITH page AS (
    SELECT tenancy."id" AS tenancy, jsonb_build_object('projectId', src."projectId", 'branchId', src."branchId", 'id', src."id") AS key, row_number() OVER (ORDER BY src."projectId", src."branchId", src."id") AS place
    FROM "public"."VerificationCode" AS src JOIN "public"."Tenancy" AS tenancy ON tenancy."projectId" = src."projectId" AND tenancy."branchId" = src."branchId"
    WHERE (src."data" ->> 'team_id') = CAST(CAST($1 AS jsonb) ->> 'teamId' AS text) AND (src."projectId", src."branchId", src."id") > (CAST(CAST($2 AS jsonb) ->> 'projectId' AS text), CAST(CAST($2 AS jsonb) ->> 'branchId' AS text), CAST(CAST($2 AS jsonb) ->> 'id' AS uuid))
    ORDER BY src."projectId", src."branchId", src."id"
    LIMIT $3
), logged AS (
    INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey", "changedAt")
    SELECT tenancy, 'VerificationCode', key, (SELECT "changedAt" FROM dbsync."PendingExpansion" WHERE "id" = $4)
    FROM page
    WHERE tenancy IS NOT NULL
)
SELECT place AS rows, key::text AS last FROM page ORDER BY place DESC LIMIT 1
-- VerificationCode#row:e3c6b597
WITH taken AS (
    DELETE FROM dbsync."PendingExpansion" WHERE "id" = ANY ($1) RETURNING "key", "changedAt"
), wanted AS (
    SELECT "key", min("changedAt") AS changed_at FROM taken GROUP BY "key"
)
INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey", "changedAt")
SELECT tenancy."id", 'VerificationCode', wanted."key", wanted.changed_at
FROM "public"."VerificationCode" AS src JOIN "public"."Tenancy" AS tenancy ON tenancy."projectId" = src."projectId" AND tenancy."branchId" = src."branchId"
JOIN wanted ON src."projectId" = CAST(wanted."key" ->> 'projectId' AS text) AND src."branchId" = CAST(wanted."key" ->> 'branchId' AS text) AND src."id" = CAST(wanted."key" ->> 'id' AS uuid)
WHERE tenancy."id" IS NOT NULL
-- VerificationCode#tenancy:e3c6b597
WITH page AS (
    SELECT CAST(CAST($1 AS jsonb) ->> 'id' AS uuid) AS tenancy, jsonb_build_object('projectId', src."projectId", 'branchId', src."branchId", 'id', src."id") AS key, row_number() OVER (ORDER BY src."projectId", src."branchId", src."id") AS place
    FROM "public"."VerificationCode" AS src
    WHERE src."projectId" = CAST(CAST($1 AS jsonb) ->> 'projectId' AS text) AND src."branchId" = CAST(CAST($1 AS jsonb) ->> 'branchId' AS text)
    ORDER BY src."projectId", src."branchId", src."id"
    LIMIT $2
), logged AS (
    INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey", "changedAt")
    SELECT tenancy, 'VerificationCode', key, (SELECT "changedAt" FROM dbsync."PendingExpansion" WHERE "id" = $3)
    FROM page
    WHERE tenancy IS NOT NULL
)
SELECT place AS rows, key::text AS last FROM page ORDER BY place DESC LIMIT 1
-- next page
WITH page AS (
    SELECT CAST(CAST($1 AS jsonb) ->> 'id' AS uuid) AS tenancy, jsonb_build_object('projectId', src."projectId", 'branchId', src."branchId", 'id', src."id") AS key, row_number() OVER (ORDER BY src."projectId", src."branchId", src."id") AS place
    FROM "public"."VerificationCode" AS src
    WHERE src."projectId" = CAST(CAST($1 AS jsonb) ->> 'projectId' AS text) AND src."branchId" = CAST(CAST($1 AS jsonb) ->> 'branchId' AS text) AND (src."projectId", src."branchId", src."id") > (CAST(CAST($2 AS jsonb) ->> 'projectId' AS text), CAST(CAST($2 AS jsonb) ->> 'branchId' AS text), CAST(CAST($2 AS jsonb) ->> 'id' AS uuid))
    ORDER BY src."projectId", src."branchId", src."id"
    LIMIT $3
), logged AS (
    INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey", "changedAt")
    SELECT tenancy, 'VerificationCode', key, (SELECT "changedAt" FROM dbsync."PendingExpansion" WHERE "id" = $4)
    FROM page
    WHERE tenancy IS NOT NULL
)
SELECT place AS rows, key::text AS last FROM page ORDER BY place DESC LIMIT 1
-- VerificationCode#tombstone:e3c6b597
WITH taken AS (
    DELETE FROM dbsync."PendingExpansion" WHERE "id" = ANY ($1) RETURNING "key", "data", "changedAt"
), found AS (
    SELECT tenancy."id" AS tenancy, taken.*
    FROM taken
    JOIN "public"."Tenancy" AS tenancy ON tenancy."projectId" = CAST(taken."key" -> 'join' ->> 'projectId' AS text) AND tenancy."branchId" = CAST(taken."key" -> 'join' ->> 'branchId' AS text)
    UNION
    SELECT former."tenancyId", taken.*
    FROM taken
    JOIN dbsync."DeletedRow" AS former ON former."tableName" = 'Tenancy' AND former."data" ->> 'projectId' = taken."key" -> 'join' ->> 'projectId' AND former."data" ->> 'branchId' = taken."key" -> 'join' ->> 'branchId'
)
INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data", "deletedAt")
SELECT tenancy, 'VerificationCode', "key" -> 'primaryKey', "data", "changedAt"
FROM found
WHERE tenancy IS NOT NULL
