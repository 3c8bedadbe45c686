-- Two tenancies with users, e-mail addresses, teams, permissions, invitations and what else the built-in mappings read.
-- Ids are made of names, so that they are the same in every run. Expects empty reference tables.
INSERT INTO "Tenancy" ("id", "projectId", "branchId")
VALUES ('a0000000-0000-4000-8000-00000000000a', 'acme', 'main'),
       ('b0000000-0000-4000-8000-00000000000b', 'globex', 'main');

INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName", "profileImageUrl", "signedUpAt", "clientMetadata", "serverMetadata", "isAnonymous")
SELECT t."id",
       md5(t."projectId" || ' user ' || n)::uuid,
       (ARRAY ['Ada', 'Alan', 'Barbara', 'Edsger', 'Grace', 'Hedy', 'Ken', 'Margaret'])[1 + n % 8] || ' '
           || (ARRAY ['Berg', 'Costa', 'Dubois', 'Evans', 'Fischer', 'Haddad', 'Ito'])[1 + n % 7],
       'https://images.example/' || n || '.png',
       now() AT TIME ZONE 'UTC' - n * interval '1 day',
       jsonb_build_object('theme', CASE n % 2 WHEN 0 THEN 'dark' ELSE 'light' END),
       jsonb_build_object('plan', (ARRAY ['free', 'team', 'enterprise'])[1 + n % 3]),
       n % 10 = 0
FROM "Tenancy" AS t
CROSS JOIN generate_series(1, 40) AS n;

INSERT INTO "ContactChannel" ("tenancyId", "projectUserId", "id", "value", "isPrimary", "isVerified", "usedForAuth")
SELECT t."id",
       md5(t."projectId" || ' user ' || n)::uuid,
       md5(t."projectId" || ' channel ' || n)::uuid,
       'user' || n || '@' || t."projectId" || '.example',
       'TRUE',
       n % 4 <> 0,
       CASE WHEN n % 2 = 0 THEN 'TRUE'::"BooleanTrue" END
FROM "Tenancy" AS t
CROSS JOIN generate_series(1, 40) AS n;

INSERT INTO "Team" ("tenancyId", "teamId", "displayName", "clientMetadata")
SELECT t."id", md5(t."projectId" || ' team ' || n)::uuid, (ARRAY ['Research', 'Sales', 'Support', 'Design'])[n], '{"size": "small"}'
FROM "Tenancy" AS t
CROSS JOIN generate_series(1, 4) AS n;

INSERT INTO "TeamMember" ("tenancyId", "projectUserId", "teamId", "displayName")
SELECT t."id", md5(t."projectId" || ' user ' || n)::uuid, md5(t."projectId" || ' team ' || 1 + n % 4)::uuid, 'Member ' || n
FROM "Tenancy" AS t
CROSS JOIN generate_series(1, 20) AS n;

INSERT INTO "TeamMemberDirectPermission" ("tenancyId", "projectUserId", "teamId", "permissionId")
SELECT m."tenancyId", m."projectUserId", m."teamId", p
FROM "TeamMember" AS m
CROSS JOIN unnest(ARRAY ['read', 'write']) AS p;

INSERT INTO "ProjectUserDirectPermission" ("tenancyId", "projectUserId", "permissionId")
SELECT t."id", md5(t."projectId" || ' user ' || n)::uuid, 'admin'
FROM "Tenancy" AS t
CROSS JOIN generate_series(1, 2) AS n;

INSERT INTO "VerificationCode" ("projectId", "branchId", "type", "data", "method")
SELECT t."projectId", t."branchId", 'TEAM_INVITATION',
       jsonb_build_object('team_id', md5(t."projectId" || ' team ' || 1 + n % 4)::uuid),
       jsonb_build_object('email', 'guest' || n || '@' || t."projectId" || '.example')
FROM "Tenancy" AS t
CROSS JOIN generate_series(1, 6) AS n;

INSERT INTO "EmailOutbox" ("tenancyId", "status", "simpleStatus", "renderedSubject", "sentAt")
SELECT t."id", 'SENT', 'OK', 'Welcome, user ' || n, now() AT TIME ZONE 'UTC'
FROM "Tenancy" AS t
CROSS JOIN generate_series(1, 10) AS n;

INSERT INTO "UserNotificationPreference" ("tenancyId", "projectUserId", "notificationCategoryId", "enabled")
SELECT t."id", md5(t."projectId" || ' user ' || n)::uuid, 'marketing', n % 2 = 0
FROM "Tenancy" AS t
CROSS JOIN generate_series(1, 10) AS n;

INSERT INTO "ProjectUserRefreshToken" ("tenancyId", "projectUserId", "expiresAt")
SELECT t."id", md5(t."projectId" || ' user ' || n)::uuid, now() AT TIME ZONE 'UTC' + interval '30 days'
FROM "Tenancy" AS t
CROSS JOIN generate_series(1, 10) AS n;

INSERT INTO "ProjectUserOAuthAccount" ("tenancyId", "projectUserId", "configOAuthProviderId", "providerAccountId", "email")
SELECT t."id", md5(t."projectId" || ' user ' || n)::uuid, 'github', 'account-' || n, 'user' || n || '@' || t."projectId" || '.example'
FROM "Tenancy" AS t
CROSS JOIN generate_series(1, 10) AS n;
