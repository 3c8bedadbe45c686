-- What is the same for both logs, made for each from one text: finding the tenancies of a backlog, and giving a batch its ids.
--
-- Their plans are fixed. The statistics of a log are of another moment (it was empty then, or full), and a plan made for them may
-- read it from end to end; so nothing but its partial indexes and the places found in them is left to choose.
DO $make$
DECLARE
    log     record;
    options text := 'SET search_path = dbsync, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off SET work_mem = ''32MB'''
        ' SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off';
BEGIN
    FOR log IN
        SELECT * FROM (VALUES
            ('ChangedRow', 'pending_tenancies_of_changed_rows', 'sequence_changed_rows', 'changedAt', 'primaryKey'),
            ('DeletedRow', 'pending_tenancies_of_deleted_rows', 'sequence_deleted_rows', 'deletedAt', 'data')
        ) AS l (name, tenancies, sequence, at, data)
    LOOP
        -- The next tenancies that have something pending, in order: a loose index scan.
        EXECUTE format($function$
            CREATE OR REPLACE FUNCTION %2$I(low_water bigint, after_tenancy uuid, at_most integer) RETURNS uuid[]
                LANGUAGE plpgsql %3$s
            AS $body$
            BEGIN
                RETURN ARRAY(
                    WITH RECURSIVE turn AS (
                        (SELECT e."tenancyId" AS tenancy FROM %1$I AS e
                         WHERE e."shouldUpdateSequenceId" AND e."tenancyId" > after_tenancy AND e."id" >= low_water
                         ORDER BY e."tenancyId", e."id" LIMIT 1)
                        UNION ALL
                        SELECT (SELECT e."tenancyId" FROM %1$I AS e
                                WHERE e."shouldUpdateSequenceId" AND e."tenancyId" > turn.tenancy AND e."id" >= low_water
                                ORDER BY e."tenancyId", e."id" LIMIT 1)
                        FROM turn
                        WHERE turn.tenancy IS NOT NULL
                    )
                    SELECT turn.tenancy FROM turn WHERE turn.tenancy IS NOT NULL LIMIT at_most);
            END;
            $body$
            $function$, log.name, log.tenancies, options);

        -- Give ids to a batch: in order of arrival, and half of it to the tenancies whose turn it is where there are any.
        --   in_order_through  every committed entry up to it was taken; null if all were
        -- Duplicates are merged only here and only among committed entries: the newest entry of a key keeps the oldest time. Of the
        -- entries taken the rows' places are used, within the statement that found them.
        EXECUTE format($function$
            CREATE OR REPLACE FUNCTION %2$I(
                low_water bigint,
                turn_of uuid[],
                batch_size integer,
                OUT given integer,
                OUT superseded integer,
                OUT last_id bigint,
                OUT tenancies uuid[],
                OUT in_order_through bigint)
                LANGUAGE plpgsql %5$s
            AS $body$
            DECLARE
                in_order_size integer := CASE WHEN cardinality(turn_of) = 0 THEN batch_size ELSE greatest(batch_size / 2, 1) END;
                share_size    integer := greatest(batch_size / 2 / greatest(cardinality(turn_of), 1), 1);
            BEGIN
                WITH in_order AS MATERIALIZED (
                    SELECT e.ctid AS place, e."id" AS id, e."tenancyId" AS tenancy, e."tableName" AS table_name,
                           e."primaryKey" AS key, e.%4$I AS data, e.%3$I AS since
                    FROM %1$I AS e
                    WHERE e."shouldUpdateSequenceId" AND e."id" >= low_water
                    ORDER BY e."id"
                    LIMIT in_order_size
                ), bound AS MATERIALIZED (
                    SELECT coalesce(max(id), low_water) AS through, count(*) AS entries FROM in_order
                ), by_turns AS MATERIALIZED (
                    SELECT share.*
                    FROM unnest(turn_of) AS t (tenancy)
                    CROSS JOIN LATERAL (
                        SELECT e.ctid AS place, e."id" AS id, e."tenancyId" AS tenancy, e."tableName" AS table_name,
                               e."primaryKey" AS key, e.%4$I AS data, e.%3$I AS since
                        FROM %1$I AS e
                        -- Compared as a row, so that this order can come from the one index only.
                        WHERE e."shouldUpdateSequenceId"
                          AND (e."tenancyId", e."id") > (t.tenancy, (SELECT through FROM bound))
                          AND e."tenancyId" <= t.tenancy
                        ORDER BY e."tenancyId", e."id"
                        LIMIT share_size) AS share
                ), taken AS (
                    SELECT * FROM in_order UNION ALL SELECT * FROM by_turns
                ), ranked AS MATERIALIZED (
                    -- By the hash first, which is quickly compared.
                    SELECT place, id,
                           row_number() OVER (PARTITION BY jsonb_hash(key), key, data, tenancy, table_name ORDER BY id DESC) = 1 AS newest,
                           min(since) OVER (PARTITION BY jsonb_hash(key), key, data, tenancy, table_name) AS since
                    FROM taken
                ), placed AS MATERIALIZED (
                    SELECT n.place, n.since, nextval('dbsync.global_seq_id') AS sequence_id
                    FROM (SELECT place, since FROM ranked WHERE newest ORDER BY id) AS n
                ), gone AS (
                    DELETE FROM %1$I AS e USING ranked WHERE e.ctid = ranked.place AND NOT ranked.newest RETURNING 1
                ), sequenced AS (
                    UPDATE %1$I AS e
                    SET "sequenceId" = placed.sequence_id, "shouldUpdateSequenceId" = false, %3$I = placed.since
                    FROM placed
                    WHERE e.ctid = placed.place
                    RETURNING e."tenancyId" AS tenancy, e."tableName" AS table_name, e."sequenceId" AS sequence_id
                ), counted AS (
                    INSERT INTO "LogStatistics" AS s ("log", "tableName", "minSequenceId", "maxSequenceId", "sequencedTotal")
                    SELECT %1$L, table_name, min(sequence_id), max(sequence_id), count(*) FROM sequenced GROUP BY table_name
                    ON CONFLICT ("log", "tableName") DO UPDATE
                        SET "maxSequenceId"  = excluded."maxSequenceId",
                            "sequencedTotal" = s."sequencedTotal" + excluded."sequencedTotal"
                )
                SELECT count(*), (SELECT count(*) FROM gone), max(s.sequence_id), array_agg(DISTINCT s.tenancy),
                       (SELECT through FROM bound WHERE entries >= in_order_size)
                INTO given, superseded, last_id, tenancies, in_order_through
                FROM sequenced AS s;
            END;
            $body$
            $function$, log.name, log.sequence, log.at, log.data, options);
    END LOOP;
END;
$make$;

DROP FUNCTION IF EXISTS pending_by_turns(text, bigint, uuid, integer);

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
    SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    state            "SequencerState";
    enabled          boolean;
    here             text;
    moved            boolean;
    sequence_next    bigint;
    changed_low      bigint;
    deleted_low      bigint;
    expansion_low    bigint;
    changed_waiting  bigint;
    deleted_waiting  bigint;
    candidate_stood  boolean;
    candidate_due    boolean;
    newest_changed   bigint;
    newest_deleted   bigint;
    newest_expansion bigint;
    turn_of          uuid[] := '{}';
    round            integer := greatest(batch_size / 20, 1);
    changed          record;
    deleted          record;
    tenancies        uuid[];
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

    IF NOT full_sweep THEN
        changed_low := state."changedLowWater";
        deleted_low := state."deletedLowWater";
        expansion_low := state."expansionLowWater";
    ELSE
        changed_low := 0;
        deleted_low := 0;
        expansion_low := 0;
    END IF;
    SELECT (SELECT count(*) FROM (
                SELECT FROM "ChangedRow" AS c
                WHERE c."shouldUpdateSequenceId" AND c."id" >= changed_low
                ORDER BY c."id" LIMIT batch_size) AS p),
           (SELECT count(*) FROM (
                SELECT FROM "DeletedRow" AS d
                WHERE d."shouldUpdateSequenceId" AND d."id" >= deleted_low
                ORDER BY d."id" LIMIT batch_size) AS p),
           EXISTS (SELECT FROM "PendingExpansion" AS x WHERE x."id" >= expansion_low)
               OR EXISTS (SELECT FROM "CaptureGeneration" WHERE "announcedAt" IS NULL)
               OR EXISTS (SELECT FROM "SourceHistory" WHERE "announcedAt" IS NULL),
           coalesce(current_place(), state."place")
    INTO changed_waiting, deleted_waiting, expansions, here;
    moved := here IS DISTINCT FROM state."place";

    IF changed_waiting + deleted_waiting = 0 THEN
        outcome := 'idle';
        -- Idle costs no write, except to keep the lease, to tick and to move the low water, a few times a lease.
        IF NOT moved
            AND state."leader" IS NOT DISTINCT FROM sequencer
            AND state."leaderUntil" >= clock_timestamp() + lease / 2 THEN
            RETURN;
        END IF;
    ELSE
        outcome := 'sequenced';
    END IF;

    IF candidate_due THEN
        newest_changed := coalesce(pg_sequence_last_value('dbsync."ChangedRow_id_seq"'), 0);
        newest_deleted := coalesce(pg_sequence_last_value('dbsync."DeletedRow_id_seq"'), 0);
        newest_expansion := coalesce(pg_sequence_last_value('dbsync."PendingExpansion_id_seq"'), 0);
    END IF;

    -- Only from here on, since it writes: the low water's reasoning above is about a transaction that has not yet.
    IF moved THEN
        -- Nothing was written in a history before the first.
        INSERT INTO "SourceHistory" ("beganAtTick", "place", "announcedAt")
        VALUES (state."tick", here, CASE WHEN state."place" IS NULL THEN now() END);
    END IF;

    IF outcome = 'sequenced' THEN
        -- A backlog: half of a batch goes to the next tenancies in turn, the rest in order of arrival, so that one tenancy's
        -- million-row import does not delay another's single change. Once everybody had a turn the next round begins a moment later:
        -- looking for tenancies means walking past what this backlog has left dead in the index.
        IF (changed_waiting >= batch_size OR deleted_waiting >= batch_size) AND state."nextRoundAt" <= clock_timestamp() THEN
            SELECT coalesce(array_agg(t.tenancy), '{}') INTO turn_of
            FROM (
                SELECT DISTINCT u.tenancy
                FROM unnest(
                    pending_tenancies_of_changed_rows(changed_low, state."tenancyCursor", round)
                    || pending_tenancies_of_deleted_rows(deleted_low, state."tenancyCursor", round)) AS u (tenancy)
                ORDER BY u.tenancy
                LIMIT round) AS t;
            IF cardinality(turn_of) < round THEN
                state."tenancyCursor" := '00000000-0000-0000-0000-000000000000';
                state."nextRoundAt" := clock_timestamp() + interval '100 milliseconds';
            ELSE
                state."tenancyCursor" := turn_of[round];
            END IF;
        END IF;

        -- A sequence that was set back (by hand, by a restore of parts) must not give an id twice.
        SELECT CASE WHEN q.is_called THEN q.last_value + 1 ELSE q.last_value END INTO sequence_next FROM global_seq_id AS q;
        IF sequence_next <= state."lastSequenceId" THEN
            PERFORM setval('dbsync.global_seq_id', state."lastSequenceId" + 1, false);
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
    END IF;

    IF changed_waiting > 0 THEN
        SELECT * INTO changed FROM sequence_changed_rows(changed_low, turn_of, batch_size);
    ELSE
        SELECT 0 AS given, 0 AS superseded, NULL::bigint AS last_id, NULL::uuid[] AS tenancies, NULL::bigint AS in_order_through
        INTO changed;
    END IF;
    IF deleted_waiting > 0 THEN
        SELECT * INTO deleted FROM sequence_deleted_rows(deleted_low, turn_of, batch_size);
    ELSE
        SELECT 0 AS given, 0 AS superseded, NULL::bigint AS last_id, NULL::uuid[] AS tenancies, NULL::bigint AS in_order_through
        INTO deleted;
    END IF;
    sequenced := changed.given + deleted.given;
    merged := changed.superseded + deleted.superseded;
    more := changed.in_order_through IS NOT NULL OR deleted.in_order_through IS NOT NULL;
    last_sequence_id := greatest(changed.last_id, deleted.last_id, state."lastSequenceId");

    UPDATE "SequencerState" AS s
    SET "epoch"              = current_epoch,
        "lastSequenceId"     = last_sequence_id,
        "leader"             = sequencer,
        "leaderUntil"        = CASE WHEN sequencer IS NULL THEN NULL ELSE clock_timestamp() + lease END,
        -- In a backlog the low water follows the part that is taken in order, so that the next pass does not walk through
        -- what this one has dealt with.
        "changedLowWater"    = CASE WHEN candidate_stood THEN least(s."changedCandidate", changed.in_order_through)
                                    ELSE s."changedLowWater" END,
        "deletedLowWater"    = CASE WHEN candidate_stood THEN least(s."deletedCandidate", deleted.in_order_through)
                                    ELSE s."deletedLowWater" END,
        "expansionLowWater"  = CASE WHEN candidate_stood THEN least(
                                        s."expansionCandidate",
                                        (SELECT min(x."id") FROM "PendingExpansion" AS x WHERE x."id" >= expansion_low))
                                    ELSE s."expansionLowWater" END,
        "changedCandidate"   = CASE WHEN candidate_due THEN newest_changed ELSE s."changedCandidate" END,
        "deletedCandidate"   = CASE WHEN candidate_due THEN newest_deleted ELSE s."deletedCandidate" END,
        "expansionCandidate" = CASE WHEN candidate_due THEN newest_expansion ELSE s."expansionCandidate" END,
        "candidateXid"       = CASE WHEN candidate_due THEN pg_current_xact_id() ELSE s."candidateXid" END,
        "tenancyCursor"      = state."tenancyCursor",
        "nextRoundAt"        = state."nextRoundAt",
        "tick"               = s."tick" + 1,
        "place"              = here,
        "updatedAt"          = now();

    IF sequenced > 0 THEN
        SELECT array_agg(DISTINCT u.tenancy) INTO tenancies
        FROM unnest(changed.tenancies || deleted.tenancies) AS u (tenancy)
        -- Paused and disabled ones too: one that is resumed while this pass runs might else read the log too early and be
        -- asked by nobody again. A delivery for nobody costs little.
        WHERE EXISTS (SELECT FROM "ExternalDatabase" AS x WHERE x."tenancyId" = u.tenancy)
           -- The heartbeat's, which is for the engine itself; see R__heartbeat.sql.
           OR u.tenancy = '00000000-0000-8000-8000-686561727462';
        enqueued := coalesce(cardinality(tenancies), 0);
        IF enqueued > 0 THEN
            PERFORM enqueue_tenant_syncs(tenancies);
        END IF;
    END IF;
END;
$$;
