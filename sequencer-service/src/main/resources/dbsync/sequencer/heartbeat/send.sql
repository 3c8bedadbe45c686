-- Send a heartbeat, if one is due and none is on its way: as a log entry, which gets its id and its request like any other.
-- :interval_millis  between two; no row is returned where none is due yet
-- :tenancy, :table  what the entry says instead of a tenancy and a table
-- :request          the key of its outgoing request
--
-- What was sent and is neither in the log without an id, nor a request, nor arrived, is lost or at QStash: the same heartbeat is sent once more.
-- While the sequencer is switched off there is none. Of several replicas one sends: the others wait for the row, and then it is not due.
-- Entries of former ones go here, so there is one in the log at most; a purge would keep them for as long as any table's that no mapping
-- copies. What takes a log id has a transaction id already, as the low water wants it: the row was updated before.
WITH sent AS (
    UPDATE dbsync."Heartbeat" AS h
    SET "beat"      = CASE WHEN h."arrivedBeat" = h."beat" THEN h."beat" + 1 ELSE h."beat" END,
        "writtenAt" = CASE WHEN h."arrivedBeat" = h."beat" THEN clock_timestamp() ELSE h."writtenAt" END,
        "sentAt"    = clock_timestamp(),
        "nextBy"    = clock_timestamp() + :interval_millis::bigint * interval '1 millisecond' + interval '10 seconds'
    WHERE (h."sentAt" IS NULL
           OR h."sentAt" <= clock_timestamp() - :interval_millis::bigint * interval '1 millisecond')
      AND (SELECT f."sequencerEnabled" FROM dbsync."ExternalDbSyncMetadata" AS f)
      AND NOT EXISTS (
          SELECT FROM dbsync."ChangedRow" AS c WHERE c."tenancyId" = :tenancy AND c."shouldUpdateSequenceId")
      AND NOT EXISTS (
          SELECT FROM dbsync."OutgoingRequest" AS r
          WHERE r."deduplicationKey" = :request AND r."startedFulfillingAt" IS NULL)
      AND NOT EXISTS (
          SELECT FROM dbsync."OutgoingRequest" AS r
          WHERE r."deduplicationKey" = :request AND r."startedFulfillingAt" IS NOT NULL)
    RETURNING h."beat"
), former AS (
    DELETE FROM dbsync."ChangedRow" AS c
    WHERE c."tenancyId" = :tenancy AND c."tableName" = :table
      AND c."sequenceId" IS NOT NULL AND NOT c."shouldUpdateSequenceId"
      AND EXISTS (SELECT FROM sent)
)
INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey")
SELECT :tenancy, :table, jsonb_build_object('beat', sent."beat")
FROM sent
RETURNING "primaryKey" ->> 'beat' AS beat;
