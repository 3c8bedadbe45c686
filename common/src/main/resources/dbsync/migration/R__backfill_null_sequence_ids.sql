-- Which entries of one log a pass takes when there is more than a batch: half of it by turns from many tenancies, the rest
-- in order of arrival, so that one tenancy's million-row import does not delay another's single change.
-- Both halves read the partial indexes on what is pending, from the low water on; the walk over tenancies is a loose index
-- scan. Every committed entry up to "in_order_through" is taken by this pass.
CREATE OR REPLACE FUNCTION pending_by_turns(
    log text,
    low_water bigint,
    after_tenancy uuid,
    batch_size integer,
    OUT ids bigint[],
    OUT in_order_through bigint,
    OUT last_tenancy uuid)
    LANGUAGE plpgsql
    SET search_path = dbsync, pg_temp
AS $$
DECLARE
    tenancies uuid[];
BEGIN
    EXECUTE format($sql$
        WITH RECURSIVE turn AS (
            (SELECT "tenancyId" AS tenancy FROM %1$I
             WHERE "shouldUpdateSequenceId" AND "tenancyId" > $1 AND "id" >= $3 ORDER BY "tenancyId", "id" LIMIT 1)
            UNION ALL
            SELECT (SELECT e."tenancyId" FROM %1$I AS e
                    WHERE e."shouldUpdateSequenceId" AND e."tenancyId" > turn.tenancy AND e."id" >= $3
                    ORDER BY e."tenancyId", e."id" LIMIT 1)
            FROM turn
            WHERE turn.tenancy IS NOT NULL
        )
        SELECT array_agg(tenancy) FROM (SELECT tenancy FROM turn WHERE tenancy IS NOT NULL LIMIT greatest($2 / 20, 1)) AS found
        $sql$, log)
        INTO tenancies USING after_tenancy, batch_size, low_water;

    -- Fewer than a full round were left behind the cursor: the next turn begins at the first tenancy again.
    IF coalesce(cardinality(tenancies), 0) < greatest(batch_size / 20, 1) THEN
        last_tenancy := '00000000-0000-0000-0000-000000000000';
    ELSE
        last_tenancy := tenancies[cardinality(tenancies)];
    END IF;

    EXECUTE format($sql$
        WITH by_turns AS MATERIALIZED (
            SELECT share.id
            FROM unnest($2) AS t (tenancy)
            CROSS JOIN LATERAL (
                SELECT e."id" AS id FROM %1$I AS e
                WHERE e."shouldUpdateSequenceId" AND e."tenancyId" = t.tenancy AND e."id" >= $3
                ORDER BY e."tenancyId", e."id"
                LIMIT greatest($1 / 2 / greatest(cardinality($2), 1), 1)) AS share
        ), in_order AS MATERIALIZED (
            SELECT first.id
            FROM (
                SELECT e."id" AS id FROM %1$I AS e
                WHERE e."shouldUpdateSequenceId" AND e."id" >= $3
                ORDER BY e."id" LIMIT $1) AS first
            WHERE first.id NOT IN (SELECT id FROM by_turns)
            ORDER BY first.id
            LIMIT greatest($1 - (SELECT count(*) FROM by_turns), 0)
        )
        SELECT (SELECT array_agg(id) FROM (SELECT id FROM by_turns UNION ALL SELECT id FROM in_order) AS taken),
               coalesce((SELECT max(id) FROM in_order), $3)
        $sql$, log)
        INTO ids, in_order_through USING batch_size, coalesce(tenancies, '{}'), low_water;
END;
$$;

-- One sequencing pass: give the next batch of log entries their sequence ids and enqueue their tenancies.
--
--   batch_size     entries of each log per pass
--   sequencer      who asks; the leader keeps the lease, everybody else stands by while it is live
--   known_epoch    what this sequencer remembers of its last pass; anything else than what is stored begins a new epoch
--   known_last_id
--   full_sweep     also look below the low water
--   lease          how long the others stand by after this pass
--
-- One transaction, READ COMMITTED. It closes (docs/invariants.md):
--   2  nextval order is not commit order. All ids are given under one advisory transaction lock, so the ids of a later pass
--      become visible only after those of every earlier one: no watermark can pass an id that is still to appear.
--   3  a crash between giving ids and enqueueing cannot happen: they are one transaction.
--   9  a database that was restored or failed over under a running sequencer no longer holds what the sequencer remembers:
--      a new epoch begins before any id is given. And wherever it now is another server, timeline or database, a new history
--      begins at the newest tick that was not lost.
-- It waits for no lock that an application transaction holds: it reads and writes our own tables alone, and of the logs
-- only committed entries, which nobody else updates.
CREATE OR REPLACE FUNCTION backfill_null_sequence_ids(
    batch_size integer DEFAULT 1000,
    sequencer uuid DEFAULT NULL,
    known_epoch uuid DEFAULT NULL,
    known_last_id bigint DEFAULT NULL,
    full_sweep boolean DEFAULT false,
    lease interval DEFAULT '2 seconds',
    OUT outcome text,
    OUT sequenced integer,
    OUT merged integer,
    OUT enqueued integer,
    OUT more boolean,
    OUT expansions boolean,
    OUT current_epoch uuid,
    OUT last_sequence_id bigint)
    LANGUAGE plpgsql
    SET search_path = dbsync, pg_temp
AS $$
DECLARE
    state           "SequencerState";
    here            text;
    moved           boolean;
    sequence_next   bigint;
    changed_low     bigint;
    deleted_low     bigint;
    changed_through bigint;
    deleted_through bigint;
    candidate_stood boolean;
    candidate_due   boolean;
    newest_changed  bigint;
    newest_deleted  bigint;
    tenancies       uuid[];
    changed         bigint[];
    deleted         bigint[];
    changed_more    boolean;
    deleted_more    boolean;
    changed_result  record;
    deleted_result  record;
BEGIN
    sequenced := 0;
    merged := 0;
    enqueued := 0;
    more := false;
    expansions := false;

    -- 0x6462 is "db"; the number of slots is fixed at one (ADR 2), so that a rolling deploy cannot disagree about it.
    IF NOT pg_try_advisory_xact_lock(x'6462'::integer, 1) THEN
        outcome := 'standby';
        RETURN;
    END IF;

    -- A statement of its own after the lock: its snapshot sees what the previous holder committed.
    SELECT s.* INTO state FROM "SequencerState" AS s;
    current_epoch := state."epoch";
    last_sequence_id := state."lastSequenceId";

    IF NOT (SELECT "sequencerEnabled" FROM "ExternalDbSyncMetadata") THEN
        outcome := 'disabled';
        RETURN;
    END IF;
    IF state."leader" IS DISTINCT FROM sequencer AND state."leaderUntil" > clock_timestamp() THEN
        outcome := 'standby';
        RETURN;
    END IF;

    -- Low water: who takes a log id has a transaction id already (capture runs AFTER its row was written). So once the
    -- newest log ids have been read, everybody who took one of them has a transaction id below the one this transaction
    -- gets later, when it writes; and once no transaction below that is running, nothing can appear up to those ids.
    -- (The snapshot's xmax would not do: it is one past the newest id that has *ended*.) Decided before the logs are read:
    -- whoever had to end has ended by now, so the scan below sees what it wrote.
    candidate_stood := state."candidateXid" IS NOT NULL
        AND pg_snapshot_xmin(pg_current_snapshot()) >= state."candidateXid";
    candidate_due := (candidate_stood OR state."candidateXid" IS NULL) AND pg_current_xact_id_if_assigned() IS NULL;
    newest_changed := coalesce(pg_sequence_last_value(pg_get_serial_sequence('"ChangedRow"', 'id')::regclass), 0);
    newest_deleted := coalesce(pg_sequence_last_value(pg_get_serial_sequence('"DeletedRow"', 'id')::regclass), 0);

    changed_low := CASE WHEN full_sweep THEN 0 ELSE state."changedLowWater" END;
    deleted_low := CASE WHEN full_sweep THEN 0 ELSE state."deletedLowWater" END;
    SELECT array_agg(p."id") INTO changed FROM (
        SELECT c."id" FROM "ChangedRow" AS c
        WHERE c."shouldUpdateSequenceId" AND c."id" >= changed_low
        ORDER BY c."id" LIMIT batch_size) AS p;
    SELECT array_agg(p."id") INTO deleted FROM (
        SELECT d."id" FROM "DeletedRow" AS d
        WHERE d."shouldUpdateSequenceId" AND d."id" >= deleted_low
        ORDER BY d."id" LIMIT batch_size) AS p;
    changed_more := coalesce(cardinality(changed), 0) >= batch_size;
    deleted_more := coalesce(cardinality(deleted), 0) >= batch_size;
    more := changed_more OR deleted_more;
    expansions := EXISTS (SELECT FROM "PendingExpansion")
        OR EXISTS (SELECT FROM "CaptureGeneration" WHERE "announcedAt" IS NULL)
        OR EXISTS (SELECT FROM "SourceHistory" WHERE "announcedAt" IS NULL);

    -- Only here, since it writes: the low water's reasoning above is about a transaction that has not yet.
    here := coalesce(current_place(), state."place");
    moved := here IS DISTINCT FROM state."place";
    IF moved THEN
        -- Nothing was written in a history before the first.
        INSERT INTO "SourceHistory" ("beganAtTick", "place", "announcedAt")
        VALUES (state."tick", here, CASE WHEN state."place" IS NULL THEN now() END);
    END IF;

    IF changed IS NULL AND deleted IS NULL THEN
        outcome := 'idle';
        -- Idle costs no write, except to keep the lease, to tick and to move the low water, a few times a lease.
        IF moved
            OR state."leader" IS DISTINCT FROM sequencer
            OR state."leaderUntil" IS NULL
            OR state."leaderUntil" < clock_timestamp() + lease / 2 THEN
            UPDATE "SequencerState" AS s
            SET "leader"           = sequencer,
                "leaderUntil"      = CASE WHEN sequencer IS NULL THEN NULL ELSE clock_timestamp() + lease END,
                "changedLowWater"  = CASE WHEN candidate_stood THEN s."changedCandidate" ELSE s."changedLowWater" END,
                "deletedLowWater"  = CASE WHEN candidate_stood THEN s."deletedCandidate" ELSE s."deletedLowWater" END,
                "changedCandidate" = CASE WHEN candidate_due THEN newest_changed ELSE s."changedCandidate" END,
                "deletedCandidate" = CASE WHEN candidate_due THEN newest_deleted ELSE s."deletedCandidate" END,
                "candidateXid"     = CASE WHEN candidate_due THEN pg_current_xact_id() ELSE s."candidateXid" END,
                "tick"             = s."tick" + 1,
                "place"            = here,
                "updatedAt"        = now();
        END IF;
        RETURN;
    END IF;

    IF changed_more THEN
        SELECT t.ids, t.in_order_through, t.last_tenancy INTO changed, changed_through, state."tenancyCursor"
        FROM pending_by_turns('ChangedRow', changed_low, state."tenancyCursor", batch_size) AS t;
    END IF;
    IF deleted_more THEN
        SELECT t.ids, t.in_order_through INTO deleted, deleted_through
        FROM pending_by_turns('DeletedRow', deleted_low, state."tenancyCursor", batch_size) AS t;
    END IF;

    -- A sequence that was set back (by hand, by a restore of parts) must not give an id twice.
    SELECT CASE WHEN q.is_called THEN q.last_value + 1 ELSE q.last_value END INTO sequence_next FROM global_seq_id AS q;
    IF sequence_next <= state."lastSequenceId" THEN
        sequence_next := state."lastSequenceId" + 1;
        PERFORM setval('global_seq_id', sequence_next, false);
    END IF;

    IF moved
        OR state."epoch" IS NULL
        OR known_epoch IS DISTINCT FROM state."epoch"
        OR known_last_id IS DISTINCT FROM state."lastSequenceId" THEN
        -- Right behind the last id this database knows of, not at the sequence's next value: a promoted standby's sequence is
        -- up to 32 ahead, and a target that has seen ids of lost transactions must not count as valid.
        INSERT INTO "SequenceEpoch" AS e ("firstSequenceId") VALUES (state."lastSequenceId" + 1)
        RETURNING e."epoch" INTO current_epoch;
    END IF;

    -- Duplicates are merged only here and only among committed entries: the newest entry of a key keeps the oldest time.
    WITH kept AS (
        SELECT max(c."id") AS id, min(c."changedAt") AS changed_at
        FROM "ChangedRow" AS c
        WHERE c."id" = ANY (changed)
        GROUP BY c."tenancyId", c."tableName", c."primaryKey"
    ), superseded AS (
        DELETE FROM "ChangedRow" AS c
        WHERE c."id" = ANY (changed) AND NOT EXISTS (SELECT FROM kept WHERE kept.id = c."id")
        RETURNING 1
    ), given AS (
        UPDATE "ChangedRow" AS c
        SET "sequenceId" = nextval('global_seq_id'), "shouldUpdateSequenceId" = false, "changedAt" = kept.changed_at
        FROM kept
        WHERE c."id" = kept.id
        RETURNING c."tenancyId" AS tenancy, c."tableName" AS table_name, c."sequenceId" AS sequence_id
    ), counted AS (
        INSERT INTO "LogStatistics" AS s ("log", "tableName", "minSequenceId", "maxSequenceId", "sequencedTotal")
        SELECT 'ChangedRow', table_name, min(sequence_id), max(sequence_id), count(*) FROM given GROUP BY table_name
        ON CONFLICT ("log", "tableName") DO UPDATE
            SET "maxSequenceId" = excluded."maxSequenceId", "sequencedTotal" = s."sequencedTotal" + excluded."sequencedTotal"
    )
    SELECT (SELECT count(*) FROM given) AS given, (SELECT count(*) FROM superseded) AS superseded,
           (SELECT max(sequence_id) FROM given) AS last_id, (SELECT array_agg(DISTINCT tenancy) FROM given) AS tenancies
    INTO changed_result;

    WITH kept AS (
        SELECT max(d."id") AS id, min(d."deletedAt") AS deleted_at
        FROM "DeletedRow" AS d
        WHERE d."id" = ANY (deleted)
        GROUP BY d."tenancyId", d."tableName", d."primaryKey", d."data"
    ), superseded AS (
        DELETE FROM "DeletedRow" AS d
        WHERE d."id" = ANY (deleted) AND NOT EXISTS (SELECT FROM kept WHERE kept.id = d."id")
        RETURNING 1
    ), given AS (
        UPDATE "DeletedRow" AS d
        SET "sequenceId" = nextval('global_seq_id'), "shouldUpdateSequenceId" = false, "deletedAt" = kept.deleted_at
        FROM kept
        WHERE d."id" = kept.id
        RETURNING d."tenancyId" AS tenancy, d."tableName" AS table_name, d."sequenceId" AS sequence_id
    ), counted AS (
        INSERT INTO "LogStatistics" AS s ("log", "tableName", "minSequenceId", "maxSequenceId", "sequencedTotal")
        SELECT 'DeletedRow', table_name, min(sequence_id), max(sequence_id), count(*) FROM given GROUP BY table_name
        ON CONFLICT ("log", "tableName") DO UPDATE
            SET "maxSequenceId" = excluded."maxSequenceId", "sequencedTotal" = s."sequencedTotal" + excluded."sequencedTotal"
    )
    SELECT (SELECT count(*) FROM given) AS given, (SELECT count(*) FROM superseded) AS superseded,
           (SELECT max(sequence_id) FROM given) AS last_id, (SELECT array_agg(DISTINCT tenancy) FROM given) AS tenancies
    INTO deleted_result;

    outcome := 'sequenced';
    sequenced := changed_result.given + deleted_result.given;
    merged := changed_result.superseded + deleted_result.superseded;
    last_sequence_id := greatest(changed_result.last_id, deleted_result.last_id, state."lastSequenceId");

    UPDATE "SequencerState" AS s
    SET "epoch"            = current_epoch,
        "lastSequenceId"   = last_sequence_id,
        "leader"           = sequencer,
        "leaderUntil"      = CASE WHEN sequencer IS NULL THEN NULL ELSE clock_timestamp() + lease END,
        -- In a backlog the low water follows the half that is taken in order, so that the next pass does not walk through
        -- what this one has dealt with, even while an old snapshot keeps vacuum from removing it.
        "changedLowWater"  = CASE WHEN candidate_stood THEN least(s."changedCandidate", changed_through) ELSE s."changedLowWater" END,
        "deletedLowWater"  = CASE WHEN candidate_stood THEN least(s."deletedCandidate", deleted_through) ELSE s."deletedLowWater" END,
        "changedCandidate" = CASE WHEN candidate_due AND NOT more THEN newest_changed ELSE s."changedCandidate" END,
        "deletedCandidate" = CASE WHEN candidate_due AND NOT more THEN newest_deleted ELSE s."deletedCandidate" END,
        "candidateXid"     = CASE WHEN candidate_due AND NOT more THEN pg_current_xact_id() ELSE s."candidateXid" END,
        "tenancyCursor"    = state."tenancyCursor",
        "tick"             = s."tick" + 1,
        "place"            = here,
        "updatedAt"        = now();

    -- In one fixed order, so that two enqueuers cannot wait for each other in a circle.
    SELECT array_agg(t.tenancy ORDER BY t.tenancy) INTO tenancies
    FROM (
        SELECT DISTINCT u.tenancy
        FROM unnest(changed_result.tenancies || deleted_result.tenancies) AS u (tenancy)
        -- Paused and disabled ones too: one that is resumed while this pass runs might else read the log too early and be
        -- asked by nobody again. A delivery for nobody costs little.
        WHERE EXISTS (SELECT FROM "ExternalDatabase" AS x WHERE x."tenancyId" = u.tenancy)
    ) AS t;
    enqueued := coalesce(cardinality(tenancies), 0);
    PERFORM enqueue_tenant_sync(t.tenancy) FROM unnest(tenancies) AS t (tenancy);
    IF enqueued > 0 THEN
        PERFORM pg_notify('dbsync_outgoing_request', '');
    END IF;
END;
$$;
