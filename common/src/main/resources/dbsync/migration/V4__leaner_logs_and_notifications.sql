-- What a change costs its writer, and who is woken by it. Expand only but for what nobody reads any more.

-- Waits for the application's writers; they must not queue behind it for long. The start tries again.
SET LOCAL lock_timeout = '3s';

-- Every log entry pays for each index and constraint of its log, within the application's commit. An entry without an id is found
-- through "…_pending", whole tenancies through "…_pending_by_tenancy", one with an id through "…_sequence"; nothing looks for an
-- "id" alone. A check is parsed once per statement, which is once per change. Without a key it is the whole row that a publication
-- of all tables would send; it could not be published at all without this.
ALTER TABLE "ChangedRow"
    DROP CONSTRAINT "ChangedRow_pkey",
    DROP CONSTRAINT unsequenced_is_owed_an_id,
    REPLICA IDENTITY FULL;
ALTER TABLE "DeletedRow"
    DROP CONSTRAINT "DeletedRow_pkey",
    DROP CONSTRAINT unsequenced_is_owed_an_id,
    REPLICA IDENTITY FULL;

--   "expansionLowWater", "expansionCandidate"  likewise of what waits to be expanded: everything below has been
--   "nextRoundAt"  when the tenancies of a backlog have their next turns
ALTER TABLE "SequencerState"
    ADD COLUMN "expansionLowWater"  bigint      NOT NULL DEFAULT 0,
    ADD COLUMN "expansionCandidate" bigint      NOT NULL DEFAULT 0,
    ADD COLUMN "nextRoundAt"        timestamptz NOT NULL DEFAULT '-infinity';

-- The poller is woken by every request, whoever writes it: it need not look for one all the time. Also when its fuse is put back.
CREATE FUNCTION notify_outgoing_request() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, dbsync, pg_temp
AS $$
BEGIN
    PERFORM pg_notify('dbsync_outgoing_request', '');
    RETURN NULL;
END;
$$;
CREATE TRIGGER notify_poller AFTER INSERT ON "OutgoingRequest" FOR EACH STATEMENT EXECUTE FUNCTION notify_outgoing_request();
CREATE TRIGGER notify_poller AFTER UPDATE ON "ExternalDbSyncMetadata" FOR EACH STATEMENT EXECUTE FUNCTION notify_outgoing_request();

-- Capture notifications: every transaction that logs something wakes the sequencer. Off unless the sequencer switches them on
-- (DBSYNC_SEQUENCER_CAPTURE_NOTIFY): a commit that notifies takes a lock of the whole server.
CREATE FUNCTION notify_sequencer() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, dbsync, pg_temp
AS $$
BEGIN
    PERFORM pg_notify('dbsync_captured', '');
    RETURN NULL;
END;
$$;
CREATE TRIGGER notify_sequencer AFTER INSERT ON "ChangedRow" FOR EACH STATEMENT EXECUTE FUNCTION notify_sequencer();
CREATE TRIGGER notify_sequencer AFTER INSERT ON "DeletedRow" FOR EACH STATEMENT EXECUTE FUNCTION notify_sequencer();
CREATE TRIGGER notify_sequencer AFTER INSERT ON "PendingExpansion" FOR EACH STATEMENT EXECUTE FUNCTION notify_sequencer();
ALTER TABLE "ChangedRow" DISABLE TRIGGER notify_sequencer;
ALTER TABLE "DeletedRow" DISABLE TRIGGER notify_sequencer;
ALTER TABLE "PendingExpansion" DISABLE TRIGGER notify_sequencer;
