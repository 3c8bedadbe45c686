-- Some of everything for one tenancy, whose id replaces the parameter: rows with all columns filled, rows with none but those
-- that must be, and rows that their mappings leave out.
INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName", "profileImageUrl", "signedUpAt", "createdAt", "clientMetadata", "clientReadOnlyMetadata", "serverMetadata", "isAnonymous")
SELECT :tenancy, gen_random_uuid(), 'Full ' || n, 'https://images.example/' || n || '.png', timestamp '2020-02-29 23:59:59.123456' + n * interval '1 hour',
       timestamp '1999-12-31 23:59:59', '{"a": [1, 2.50, null, {"b": "\u00e9"}]}', '{"big": 12345678901234567890.123456789}', '["list"]', n = 1
FROM generate_series(1, 3) AS n;
INSERT INTO "ProjectUser" ("tenancyId", "projectUserId") VALUES (:tenancy, gen_random_uuid()), (:tenancy, gen_random_uuid());

INSERT INTO "ContactChannel" ("tenancyId", "projectUserId", "value", "isPrimary", "isVerified", "usedForAuth")
SELECT "tenancyId", "projectUserId", "projectUserId" || '@example.org', 'TRUE', "isAnonymous", CASE WHEN "isAnonymous" THEN 'TRUE'::"BooleanTrue" END
FROM "ProjectUser" WHERE "tenancyId" = :tenancy AND "displayName" IS NOT NULL;
INSERT INTO "ContactChannel" ("tenancyId", "projectUserId", "value")
SELECT "tenancyId", "projectUserId", 'second@example.org' FROM "ProjectUser" WHERE "tenancyId" = :tenancy;

INSERT INTO "Team" ("tenancyId", "teamId", "displayName", "profileImageUrl", "clientMetadata", "clientReadOnlyMetadata", "serverMetadata")
VALUES (:tenancy, gen_random_uuid(), 'Red', 'https://images.example/red.png', '{"x": 1}', '{"y": true}', '{"z": null}');
INSERT INTO "Team" ("tenancyId", "teamId", "displayName") VALUES (:tenancy, gen_random_uuid(), 'Blue');

INSERT INTO "TeamMember" ("tenancyId", "projectUserId", "teamId", "displayName", "profileImageUrl")
SELECT u."tenancyId", u."projectUserId", t."teamId", u."displayName", u."profileImageUrl"
FROM "ProjectUser" AS u JOIN "Team" AS t USING ("tenancyId") WHERE u."tenancyId" = :tenancy;
INSERT INTO "TeamMemberDirectPermission" ("tenancyId", "projectUserId", "teamId", "permissionId")
SELECT "tenancyId", "projectUserId", "teamId", p FROM "TeamMember" CROSS JOIN unnest(ARRAY ['read', 'write:all']) AS p WHERE "tenancyId" = :tenancy;
INSERT INTO "ProjectUserDirectPermission" ("tenancyId", "projectUserId", "permissionId")
SELECT "tenancyId", "projectUserId", 'admin' FROM "ProjectUser" WHERE "tenancyId" = :tenancy;

INSERT INTO "VerificationCode" ("projectId", "branchId", "type", "expiresAt", "data", "method")
SELECT y."projectId", y."branchId", 'TEAM_INVITATION'::"VerificationCodeType", timestamp '2031-01-02 03:04:05.678', jsonb_build_object('team_id', t."teamId"), jsonb_build_object('email', 'guest@example.org')
FROM "Tenancy" AS y JOIN "Team" AS t ON t."tenancyId" = y."id" WHERE y."id" = :tenancy;
INSERT INTO "VerificationCode" ("projectId", "branchId", "type", "data", "method")
SELECT "projectId", "branchId", 'TEAM_INVITATION'::"VerificationCodeType", jsonb_build_object('team_id', gen_random_uuid()), '{"email": "no@team.example"}'::jsonb FROM "Tenancy" WHERE "id" = :tenancy
UNION ALL SELECT "projectId", "branchId", 'PASSWORD_RESET', '{}'::jsonb, '{"email": "no@invitation.example"}' FROM "Tenancy" WHERE "id" = :tenancy;

INSERT INTO "EmailOutbox" ("tenancyId") VALUES (:tenancy);
INSERT INTO "EmailOutbox" (
    "tenancyId", "status", "simpleStatus", "createdWith", "emailDraftId", "emailProgrammaticCallTemplateId", "themeId", "isHighPriority", "renderedIsTransactional", "renderedSubject",
    "renderedNotificationCategoryId", "startedRenderingAt", "finishedRenderingAt", "renderError", "scheduledAt", "startedSendingAt", "finishedSendingAt", "serverError", "sentAt",
    "deliveredAt", "openedAt", "clickedAt", "unsubscribedAt", "markedAsSpamAt", "bouncedAt", "deliveryDelayedAt", "canHaveDeliveryInfo", "skippedReason", "skippedDetails", "sendRetries", "isPaused")
SELECT :tenancy, 'SENT', 'OK', 'DRAFT', 'draft', 'template', 'theme', true, false, 'Subject', 'category', t, t + i, 'render error', t + 2 * i, t + 3 * i, t + 4 * i, 'server error', t + 5 * i,
       t + 6 * i, t + 7 * i, t + 8 * i, t + 9 * i, t + 10 * i, t + 11 * i, t + 12 * i, true, 'reason', '{"why": ["not"]}', 2147483647, true
FROM (VALUES (timestamp '2024-06-30 12:00:00.000001', interval '1 minute')) AS v (t, i);

INSERT INTO "UserNotificationPreference" ("tenancyId", "projectUserId", "notificationCategoryId", "enabled")
SELECT "tenancyId", "projectUserId", 'news', "isAnonymous" FROM "ProjectUser" WHERE "tenancyId" = :tenancy;
INSERT INTO "ProjectUserRefreshToken" ("tenancyId", "projectUserId", "refreshToken", "lastActiveAt", "isImpersonation", "expiresAt")
SELECT "tenancyId", "projectUserId", 'token-' || "projectUserId", timestamp '2025-05-05 05:05:05', "isAnonymous", CASE WHEN "isAnonymous" THEN timestamp '2030-01-01' END
FROM "ProjectUser" WHERE "tenancyId" = :tenancy;
INSERT INTO "ProjectUserOAuthAccount" ("tenancyId", "projectUserId", "configOAuthProviderId", "providerAccountId", "email")
SELECT "tenancyId", "projectUserId", 'github', 'account-' || "projectUserId", "displayName" FROM "ProjectUser" WHERE "tenancyId" = :tenancy;
INSERT INTO "ProjectUserOAuthAccount" ("tenancyId", "configOAuthProviderId", "providerAccountId") VALUES (:tenancy, 'nobody''s', 'x');
