-- What operators did, and who is signed in to the dashboard.

-- An operator's action. The row is committed before the action begins, so that none goes unrecorded; its end is added
-- afterwards. A row without an end is one during which the engine died: whether it took effect is not known.
--   "via"      api: with the admin token itself; dashboard: in a session
--   "actor"    who they said they were when they signed in; nobody checks that
--   "address"  where the request came from, as the engine sees it
--   "action"   the word in the route: configure, delete, pause, resume, sync, fusebox, …
--   "details"  what was asked for, without any secret
--   "outcome"  done, or the code of the refusal
CREATE TABLE "AdminAction" (
    "id"                 bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "startedAt"          timestamptz NOT NULL DEFAULT clock_timestamp(),
    "endedAt"            timestamptz,
    "via"                text        NOT NULL,
    "actor"              text,
    "address"            text        NOT NULL,
    "action"             text        NOT NULL,
    "tenancyId"          uuid,
    "externalDatabaseId" text,
    "details"            jsonb       NOT NULL DEFAULT '{}',
    "outcome"            text,
    CONSTRAINT way_is_known CHECK ("via" IN ('api', 'dashboard')),
    CONSTRAINT outcome_iff_ended CHECK (("outcome" IS NULL) = ("endedAt" IS NULL))
);
CREATE INDEX "AdminAction_of_tenancy" ON "AdminAction" ("tenancyId", "id");
CREATE INDEX "AdminAction_age" ON "AdminAction" ("startedAt");

-- A session of the dashboard. The cookie holds a random secret; here is only its hash, and a proof that whoever opened the
-- session knew an admin token: a keyed hash of the token under that secret, which nobody without the cookie can guess against.
-- When the token is changed no proof fits any more.
CREATE TABLE "DashboardSession" (
    "secretHash" bytea       PRIMARY KEY,
    "tokenProof" bytea       NOT NULL,
    "actor"      text,
    "openedAt"   timestamptz NOT NULL DEFAULT now(),
    "usedAt"     timestamptz NOT NULL DEFAULT now()
);
