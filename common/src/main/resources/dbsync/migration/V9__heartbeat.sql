-- A heartbeat that goes the way of every change, see R__heartbeat.sql and docs/adr/0022. Expand only: services of the version before
-- know nothing of it.

-- One row.
--   "beat"         the newest heartbeat; 0 before the first
--   "writtenAt"    when it was written into the log; not again where it had to be sent once more
--   "sentAt"       when an entry was last written for it
--   "nextBy"       when the next should have been written at the latest; null while there are to be none
--   "arrivedBeat"  the newest one that an engine was told of
--   "arrivedAt"    when
--   "took"         how long that one was on its way
CREATE TABLE "Heartbeat" (
    "singleton"   boolean PRIMARY KEY DEFAULT true,
    "beat"        bigint  NOT NULL DEFAULT 0,
    "writtenAt"   timestamptz,
    "sentAt"      timestamptz,
    "nextBy"      timestamptz,
    "arrivedBeat" bigint  NOT NULL DEFAULT 0,
    "arrivedAt"   timestamptz,
    "took"        interval,
    CONSTRAINT one_heartbeat_row CHECK ("singleton")
);
-- The first is due an interval later.
INSERT INTO "Heartbeat" ("sentAt") VALUES (clock_timestamp());
