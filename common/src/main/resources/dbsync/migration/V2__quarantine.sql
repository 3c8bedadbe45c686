-- Rows that a target refused: the mapping went on without them. Written and committed before the target commits without the
-- row (invariant 6), so a row that is missing there always stands here.
--   "keyHash"        of the target key's texts; keys may be too long to be indexed
--   "key"            target column -> text, to be shown
--   "data"           source column -> text: what a tombstone of the key needs, see requeue_quarantined.sql
--   "attempts"       how often it was refused
--   "refusedAt"      when it was refused last: a page of the log that the target took releases the row only if it read the
--                    source after that
--   "nextAttemptAt"  when the key goes through the log once more
CREATE TABLE "QuarantinedRow" (
    "destinationId"  uuid        NOT NULL REFERENCES "ExternalDatabase" ("destinationId") ON DELETE CASCADE,
    "mappingId"      text        NOT NULL,
    "keyHash"        uuid        NOT NULL,
    "tenancyId"      uuid        NOT NULL,
    "tableName"      text        NOT NULL,
    "key"            jsonb       NOT NULL,
    "data"           jsonb       NOT NULL,
    "attempts"       integer     NOT NULL DEFAULT 1,
    "firstRefusedAt" timestamptz NOT NULL DEFAULT clock_timestamp(),
    "refusedAt"      timestamptz NOT NULL DEFAULT clock_timestamp(),
    "nextAttemptAt"  timestamptz NOT NULL,
    "errorCode"      text        NOT NULL,
    "errorBlame"     text        NOT NULL,
    "errorSqlState"  text,
    "errorMessage"   text        NOT NULL,
    "errorRemedy"    text        NOT NULL,
    PRIMARY KEY ("destinationId", "mappingId", "keyHash"),
    CONSTRAINT blame_is_known CHECK ("errorBlame" IN ('destination', 'operator', 'platform'))
);
CREATE INDEX "QuarantinedRow_due" ON "QuarantinedRow" ("nextAttemptAt");
