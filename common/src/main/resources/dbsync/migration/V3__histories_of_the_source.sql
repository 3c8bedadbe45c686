-- What a position needs to know about the rows that were written with it: which of them a failover or a restore took back
-- (docs/adr/0011-a-position-says-which-state-it-has-seen.md). Expand only: services of the version before work on beside it.

--   "tick"   grows with every pass that writes, so a snapshot that sees one was taken before the next but one was written
--   "place"  server, timeline and database of that pass, see current_place(); another one means that a tail may be lost
ALTER TABLE "SequencerState"
    ADD COLUMN "tick"  bigint NOT NULL DEFAULT 0,
    ADD COLUMN "place" text;

-- Every run of ticks at one place. Ticks go on from one to the next: "beganAtTick" is the last that was not lost. "announcedAt" is
-- set once every tenancy has been enqueued, so that what targets were given from the lost tail goes back without a change.
CREATE TABLE "SourceHistory" (
    "ordinal"     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "history"     uuid        NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    "beganAtTick" bigint      NOT NULL,
    "place"       text        NOT NULL,
    "startedAt"   timestamptz NOT NULL DEFAULT now(),
    "announcedAt" timestamptz
);
CREATE INDEX "SourceHistory_unannounced" ON "SourceHistory" ("ordinal") WHERE "announcedAt" IS NULL;
