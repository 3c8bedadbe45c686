-- Requests for a resync, and verifications: what was compared, what was found, what was repaired. Expand only: services of the version
-- before work on beside it.

--   "resync"            the newest request for a resync; a position that does not carry it is copied again. Never cleared: the copy that
--                       meets it commits its id in the target, see MappingPlan
--   "verified…"         what the newest verification came to, for the status. "verifiedDifferences" is null where nothing could be
--                       compared because the table had to be copied again
ALTER TABLE "ExternalDatabaseMapping"
    ADD COLUMN "resync"              uuid,
    ADD COLUMN "verifiedAt"          timestamptz,
    ADD COLUMN "verifiedSequenceId"  bigint,
    ADD COLUMN "verifiedIdentical"   boolean,
    ADD COLUMN "verifiedDifferences" bigint;

-- When the scrubber took the database last; it takes the one that has waited longest.
ALTER TABLE "ExternalDatabase"
    ADD COLUMN "scrubbedAt" timestamptz;
CREATE INDEX "ExternalDatabase_scrub" ON "ExternalDatabase" ((coalesce("scrubbedAt", "createdAt")))
    WHERE "enabled" AND NOT "paused" AND "errorCode" IS NULL AND "provenAt" IS NOT NULL;

-- A verification of some mappings of one database, taken forward in slices by whichever engine has the lease.
--   waiting ──claim──▶ running ──▶ done | failed;  waiting, running ──▶ cancelled (paused, edited, disabled; deleted with its database)
--   "revision"    of the database that is compared: an edit cancels
--   "leaseToken"  who takes it forward now; a slice that comes late with another token changes nothing
--   "dueAt"       no slice before that: the scrubber's budget, and what has to settle
--   "attempts"    slices in a row that failed
CREATE TABLE "Verification" (
    "id"            uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    "destinationId" uuid        NOT NULL REFERENCES "ExternalDatabase" ("destinationId") ON DELETE CASCADE,
    "revision"      bigint      NOT NULL,
    "origin"        text        NOT NULL,
    "repair"        boolean     NOT NULL,
    "state"         text        NOT NULL DEFAULT 'waiting',
    "createdAt"     timestamptz NOT NULL DEFAULT clock_timestamp(),
    "startedAt"     timestamptz,
    "finishedAt"    timestamptz,
    "leaseToken"    uuid,
    "leaseUntil"    timestamptz,
    "dueAt"         timestamptz NOT NULL DEFAULT clock_timestamp(),
    "attempts"      integer     NOT NULL DEFAULT 0,
    "errorCode"     text,
    "errorMessage"  text,
    CONSTRAINT origin_is_known CHECK ("origin" IN ('operator', 'scrubber')),
    CONSTRAINT state_is_known CHECK ("state" IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT finished_iff_over CHECK (("finishedAt" IS NULL) = ("state" IN ('waiting', 'running')))
);
CREATE UNIQUE INDEX "Verification_one_at_a_time" ON "Verification" ("destinationId") WHERE "state" IN ('waiting', 'running');
CREATE INDEX "Verification_due" ON "Verification" ("dueAt") WHERE "state" IN ('waiting', 'running');
CREATE INDEX "Verification_history" ON "Verification" ("destinationId", "createdAt" DESC);

-- How far it has come with each of them.
--   "sequenceId"  the target had passed this id before anything was compared
--   "pageCursor"  target key up to which ranges were compared; null before the first and behind the last
--   "comparedAt"  when the last range had been compared; what is in flight then gets some time to settle
--   "candidates"  keys that differed when their range was compared, and are still to be looked at one by one
--   "owed"        keys that do differ and are still to be written anew
--   "found"       keys that do differ, a bounded number of them: [{"key": {column: text}, "kind": "missing"}]
--   "result"      null while under way
CREATE TABLE "VerificationMapping" (
    "verificationId"  uuid        NOT NULL REFERENCES "Verification" ("id") ON DELETE CASCADE,
    "ordinal"         integer     NOT NULL,
    "mappingId"       text        NOT NULL,
    "startedAt"       timestamptz,
    "sequenceId"      bigint,
    "comparedAt"      timestamptz,
    "pageCursor"      jsonb,
    "candidates"      jsonb       NOT NULL DEFAULT '[]',
    "owed"            jsonb       NOT NULL DEFAULT '[]',
    "rowsCompared"    bigint      NOT NULL DEFAULT 0,
    "missing"         bigint      NOT NULL DEFAULT 0,
    "extra"           bigint      NOT NULL DEFAULT 0,
    "different"       bigint      NOT NULL DEFAULT 0,
    "quarantined"     bigint      NOT NULL DEFAULT 0,
    "undecided"       bigint      NOT NULL DEFAULT 0,
    "repaired"        bigint      NOT NULL DEFAULT 0,
    "found"           jsonb       NOT NULL DEFAULT '[]',
    "result"          text,
    "reason"          text,
    "finishedAt"      timestamptz,
    PRIMARY KEY ("verificationId", "ordinal"),
    CONSTRAINT result_is_known CHECK ("result" IN ('identical', 'different', 'copied_again', 'not_following', 'undecided')),
    CONSTRAINT finished_iff_result CHECK (("finishedAt" IS NULL) = ("result" IS NULL))
);
