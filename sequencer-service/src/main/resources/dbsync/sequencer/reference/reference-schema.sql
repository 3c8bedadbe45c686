-- The reference application tables, each created with its indexes only where it is absent: a table that is there is never
-- touched, whatever its shape, and where all are there nothing is attempted that needs a privilege. One statement, so one
-- transaction; the lock makes concurrent starters wait for one another.
--
-- Timestamps hold UTC. Everything but keys and "displayName"/"value" has a default or may be null. Primary keys begin
-- with the tenancy where that is possible, so that a tenancy's rows are read in key order from one index; where the key
-- is "id" alone, and where a target's key is not a prefix of ours, an index on ("tenancyId", "id") serves instead.
DO $reference$
BEGIN
    PERFORM pg_advisory_xact_lock(x'6462'::integer, 3);

    -- Enumerated types -----------------------------------------------------------------------------------------------

    IF to_regtype('public."BooleanTrue"') IS NULL
        AND to_regclass('public."ContactChannel"') IS NULL THEN
        CREATE TYPE public."BooleanTrue" AS ENUM ('TRUE');
    END IF;

    IF to_regtype('public."ContactChannelType"') IS NULL
        AND to_regclass('public."ContactChannel"') IS NULL THEN
        CREATE TYPE public."ContactChannelType" AS ENUM ('EMAIL');
    END IF;

    IF to_regtype('public."VerificationCodeType"') IS NULL
        AND to_regclass('public."VerificationCode"') IS NULL THEN
        CREATE TYPE public."VerificationCodeType" AS ENUM (
            'ONE_TIME_PASSWORD',
            'PASSWORD_RESET',
            'CONTACT_CHANNEL_VERIFICATION',
            'TEAM_INVITATION',
            'MFA_ATTEMPT');
    END IF;

    -- Tenancies, users, teams ----------------------------------------------------------------------------------------

    IF to_regclass('public."Tenancy"') IS NULL THEN
        CREATE TABLE public."Tenancy" (
            "id"        uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
            "projectId" text NOT NULL,
            "branchId"  text NOT NULL DEFAULT 'main',
            UNIQUE ("projectId", "branchId")
        );
    END IF;

    IF to_regclass('public."ProjectUser"') IS NULL THEN
        CREATE TABLE public."ProjectUser" (
            "tenancyId"              uuid      NOT NULL REFERENCES public."Tenancy" ("id") ON DELETE CASCADE,
            "projectUserId"          uuid      NOT NULL,
            "displayName"            text,
            "profileImageUrl"        text,
            "signedUpAt"             timestamp,
            "createdAt"              timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "updatedAt"              timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "clientMetadata"         jsonb,
            "clientReadOnlyMetadata" jsonb,
            "serverMetadata"         jsonb,
            "isAnonymous"            boolean   NOT NULL DEFAULT false,
            PRIMARY KEY ("tenancyId", "projectUserId")
        );
    END IF;

    IF to_regclass('public."ContactChannel"') IS NULL THEN
        CREATE TABLE public."ContactChannel" (
            "tenancyId"     uuid                        NOT NULL,
            "projectUserId" uuid                        NOT NULL,
            "id"            uuid                        NOT NULL DEFAULT gen_random_uuid(),
            "type"          public."ContactChannelType" NOT NULL DEFAULT 'EMAIL',
            "value"         text                        NOT NULL,
            "isPrimary"     public."BooleanTrue",
            "isVerified"    boolean                     NOT NULL DEFAULT false,
            "usedForAuth"   public."BooleanTrue",
            "createdAt"     timestamp                   NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "updatedAt"     timestamp                   NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            PRIMARY KEY ("tenancyId", "projectUserId", "id"),
            UNIQUE ("tenancyId", "projectUserId", "type", "isPrimary"),
            FOREIGN KEY ("tenancyId", "projectUserId")
                REFERENCES public."ProjectUser" ("tenancyId", "projectUserId") ON DELETE CASCADE
        );
        CREATE INDEX "ContactChannel_tenancyId_id" ON public."ContactChannel" ("tenancyId", "id");
    END IF;

    IF to_regclass('public."Team"') IS NULL THEN
        CREATE TABLE public."Team" (
            "tenancyId"              uuid      NOT NULL REFERENCES public."Tenancy" ("id") ON DELETE CASCADE,
            "teamId"                 uuid      NOT NULL,
            "displayName"            text      NOT NULL,
            "profileImageUrl"        text,
            "createdAt"              timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "updatedAt"              timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "clientMetadata"         jsonb,
            "clientReadOnlyMetadata" jsonb,
            "serverMetadata"         jsonb,
            PRIMARY KEY ("tenancyId", "teamId")
        );
    END IF;

    IF to_regclass('public."TeamMember"') IS NULL THEN
        CREATE TABLE public."TeamMember" (
            "tenancyId"       uuid      NOT NULL,
            "projectUserId"   uuid      NOT NULL,
            "teamId"          uuid      NOT NULL,
            "displayName"     text,
            "profileImageUrl" text,
            "createdAt"       timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "updatedAt"       timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            PRIMARY KEY ("tenancyId", "projectUserId", "teamId"),
            FOREIGN KEY ("tenancyId", "projectUserId")
                REFERENCES public."ProjectUser" ("tenancyId", "projectUserId") ON DELETE CASCADE,
            FOREIGN KEY ("tenancyId", "teamId")
                REFERENCES public."Team" ("tenancyId", "teamId") ON DELETE CASCADE
        );
        CREATE INDEX "TeamMember_tenancyId_teamId" ON public."TeamMember" ("tenancyId", "teamId", "projectUserId");
    END IF;

    -- Permissions ----------------------------------------------------------------------------------------------------

    IF to_regclass('public."TeamMemberDirectPermission"') IS NULL THEN
        CREATE TABLE public."TeamMemberDirectPermission" (
            "id"            uuid      NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
            "tenancyId"     uuid      NOT NULL,
            "projectUserId" uuid      NOT NULL,
            "teamId"        uuid      NOT NULL,
            "permissionId"  text      NOT NULL,
            "createdAt"     timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "updatedAt"     timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            UNIQUE ("tenancyId", "projectUserId", "teamId", "permissionId"),
            FOREIGN KEY ("tenancyId", "projectUserId", "teamId")
                REFERENCES public."TeamMember" ("tenancyId", "projectUserId", "teamId") ON DELETE CASCADE
        );
        CREATE INDEX "TeamMemberDirectPermission_tenancyId_id" ON public."TeamMemberDirectPermission" ("tenancyId", "id");
    END IF;

    IF to_regclass('public."ProjectUserDirectPermission"') IS NULL THEN
        CREATE TABLE public."ProjectUserDirectPermission" (
            "id"            uuid      NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
            "tenancyId"     uuid      NOT NULL,
            "projectUserId" uuid      NOT NULL,
            "permissionId"  text      NOT NULL,
            "createdAt"     timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "updatedAt"     timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            UNIQUE ("tenancyId", "projectUserId", "permissionId"),
            FOREIGN KEY ("tenancyId", "projectUserId")
                REFERENCES public."ProjectUser" ("tenancyId", "projectUserId") ON DELETE CASCADE
        );
        CREATE INDEX "ProjectUserDirectPermission_tenancyId_id" ON public."ProjectUserDirectPermission" ("tenancyId", "id");
    END IF;

    -- Invitations: bound to a project and branch, not to a tenancy's id, and to no other table -----------------------

    IF to_regclass('public."VerificationCode"') IS NULL THEN
        CREATE TABLE public."VerificationCode" (
            "projectId" text      NOT NULL,
            "branchId"  text      NOT NULL,
            "id"        uuid      NOT NULL DEFAULT gen_random_uuid(),
            "type"      public."VerificationCodeType",
            "code"      text      NOT NULL DEFAULT gen_random_uuid()::text,
            "expiresAt" timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC') + interval '7 days',
            "usedAt"    timestamp,
            "data"      jsonb     NOT NULL DEFAULT '{}',
            "method"    jsonb     NOT NULL DEFAULT '{}',
            "createdAt" timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "updatedAt" timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            PRIMARY KEY ("projectId", "branchId", "id"),
            UNIQUE ("projectId", "branchId", "code")
        );
        CREATE INDEX "VerificationCode_team_id" ON public."VerificationCode" (("data" ->> 'team_id'));
    END IF;

    -- E-mail ---------------------------------------------------------------------------------------------------------

    IF to_regclass('public."EmailOutbox"') IS NULL THEN
        CREATE TABLE public."EmailOutbox" (
            "tenancyId"                       uuid      NOT NULL REFERENCES public."Tenancy" ("id") ON DELETE CASCADE,
            "id"                              uuid      NOT NULL DEFAULT gen_random_uuid(),
            "status"                          text      NOT NULL DEFAULT 'PREPARING',
            "simpleStatus"                    text      NOT NULL DEFAULT 'IN_PROGRESS',
            "createdWith"                     text      NOT NULL DEFAULT 'PROGRAMMATIC_CALL',
            "emailDraftId"                    text,
            "emailProgrammaticCallTemplateId" text,
            "themeId"                         text,
            "isHighPriority"                  boolean   NOT NULL DEFAULT false,
            "renderedIsTransactional"         boolean,
            "renderedSubject"                 text,
            "renderedNotificationCategoryId"  text,
            "startedRenderingAt"              timestamp,
            "finishedRenderingAt"             timestamp,
            "renderError"                     text,
            "scheduledAt"                     timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "createdAt"                       timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "updatedAt"                       timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "startedSendingAt"                timestamp,
            "finishedSendingAt"               timestamp,
            "serverError"                     text,
            "sentAt"                          timestamp,
            "deliveredAt"                     timestamp,
            "openedAt"                        timestamp,
            "clickedAt"                       timestamp,
            "unsubscribedAt"                  timestamp,
            "markedAsSpamAt"                  timestamp,
            "bouncedAt"                       timestamp,
            "deliveryDelayedAt"               timestamp,
            "canHaveDeliveryInfo"             boolean,
            "skippedReason"                   text,
            "skippedDetails"                  jsonb,
            "sendRetries"                     integer   NOT NULL DEFAULT 0,
            "isPaused"                        boolean   NOT NULL DEFAULT false,
            PRIMARY KEY ("tenancyId", "id")
        );
    END IF;

    -- What else hangs on a user --------------------------------------------------------------------------------------

    IF to_regclass('public."UserNotificationPreference"') IS NULL THEN
        CREATE TABLE public."UserNotificationPreference" (
            "tenancyId"              uuid    NOT NULL,
            "id"                     uuid    NOT NULL DEFAULT gen_random_uuid(),
            "projectUserId"          uuid    NOT NULL,
            "notificationCategoryId" text    NOT NULL DEFAULT '',
            "enabled"                boolean NOT NULL DEFAULT true,
            PRIMARY KEY ("tenancyId", "id"),
            UNIQUE ("tenancyId", "projectUserId", "notificationCategoryId"),
            FOREIGN KEY ("tenancyId", "projectUserId")
                REFERENCES public."ProjectUser" ("tenancyId", "projectUserId") ON DELETE CASCADE
        );
    END IF;

    IF to_regclass('public."ProjectUserRefreshToken"') IS NULL THEN
        CREATE TABLE public."ProjectUserRefreshToken" (
            "tenancyId"       uuid      NOT NULL,
            "id"              uuid      NOT NULL DEFAULT gen_random_uuid(),
            "projectUserId"   uuid      NOT NULL,
            "refreshToken"    text      NOT NULL DEFAULT gen_random_uuid()::text UNIQUE,
            "createdAt"       timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "lastActiveAt"    timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            "isImpersonation" boolean   NOT NULL DEFAULT false,
            "expiresAt"       timestamp,
            PRIMARY KEY ("tenancyId", "id"),
            FOREIGN KEY ("tenancyId", "projectUserId")
                REFERENCES public."ProjectUser" ("tenancyId", "projectUserId") ON DELETE CASCADE
        );
        CREATE INDEX "ProjectUserRefreshToken_projectUserId" ON public."ProjectUserRefreshToken" ("tenancyId", "projectUserId");
    END IF;

    IF to_regclass('public."ProjectUserOAuthAccount"') IS NULL THEN
        CREATE TABLE public."ProjectUserOAuthAccount" (
            "tenancyId"             uuid      NOT NULL,
            "id"                    uuid      NOT NULL DEFAULT gen_random_uuid(),
            "projectUserId"         uuid,
            "configOAuthProviderId" text      NOT NULL DEFAULT '',
            "providerAccountId"     text      NOT NULL DEFAULT '',
            "email"                 text,
            "createdAt"             timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
            PRIMARY KEY ("tenancyId", "id"),
            FOREIGN KEY ("tenancyId", "projectUserId")
                REFERENCES public."ProjectUser" ("tenancyId", "projectUserId") ON DELETE CASCADE
        );
        CREATE INDEX "ProjectUserOAuthAccount_projectUserId" ON public."ProjectUserOAuthAccount" ("tenancyId", "projectUserId");
    END IF;
END
$reference$;
