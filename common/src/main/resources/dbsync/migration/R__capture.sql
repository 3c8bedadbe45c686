-- Put the bodies of the trigger functions together from every table in "CapturedTable".
--
-- One body for all tables, each with its branch, so that the functions keep their names whatever is mapped. SECURITY DEFINER
-- with a pinned search_path (invariant 1): the application's role needs no right on this schema, and nothing it can create
-- changes what runs here. Names within the branches are qualified: the path is as short as it can be, since every call sets it.
CREATE OR REPLACE FUNCTION rebuild_capture() RETURNS void
    LANGUAGE plpgsql
    SET search_path = dbsync, pg_temp
AS $$
DECLARE
    changes text;
    deletes text;
BEGIN
    PERFORM pg_advisory_xact_lock(x'6462'::integer, 4);

    SELECT coalesce(string_agg(format(E'    IF captured = %L THEN\n%s        RETURN NULL;\n    END IF;\n',
                                      t."tableName", t."changeBranch"), '' ORDER BY t."tableName"), ''),
           coalesce(string_agg(format(E'    IF captured = %L THEN\n%s        RETURN NULL;\n    END IF;\n',
                                      t."tableName", t."deleteBranch"), '' ORDER BY t."tableName"), '')
    INTO changes, deletes
    FROM "CapturedTable" AS t;

    -- What is compared here is compared once compiled for a session. In the triggers' WHEN it would be parsed anew by every statement,
    -- which cost a single-row update more than half of what logging it costs. Images are compared, not values.
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION dbsync.reset_sequence_id_on_update() RETURNS trigger LANGUAGE plpgsql '
        'SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %L',
        E'DECLARE\n    captured CONSTANT text := TG_ARGV[0];\nBEGIN\n'
        || E'    IF TG_OP = ''UPDATE'' AND OLD *= NEW THEN\n        RETURN NULL;\n    END IF;\n'
        || changes || E'    RETURN NULL;\nEND;\n');
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION dbsync.log_deleted_row() RETURNS trigger LANGUAGE plpgsql '
        'SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %L',
        E'DECLARE\n    captured CONSTANT text := TG_ARGV[0];\nBEGIN\n' || deletes || E'    RETURN NULL;\nEND;\n');
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION dbsync.log_truncated_table() RETURNS trigger LANGUAGE plpgsql '
        'SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %L',
        E'BEGIN\n' ||
        '    INSERT INTO dbsync."CaptureGeneration" ("tableName", "reason") VALUES (TG_ARGV[0], ''truncated'');'
        || E'\n    RETURN NULL;\nEND;\n');
    REVOKE ALL ON FUNCTION dbsync.reset_sequence_id_on_update(), dbsync.log_deleted_row(), dbsync.log_truncated_table() FROM PUBLIC;
END;
$$;

-- Take capture off every table: the triggers go with their functions, so only this schema's owner needs to call it, not the
-- tables'. Without a generation no copy is trusted, so the engine waits until capture is back and copies anew. Waits for the
-- tables' writers at most five seconds and can be called again. A running sequencer puts capture back within a minute: stop
-- it first.
CREATE OR REPLACE FUNCTION remove_capture() RETURNS void
    LANGUAGE plpgsql
    SET search_path = dbsync, pg_temp
    SET lock_timeout = '5s'
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(x'6462'::integer, 4);
    DROP FUNCTION IF EXISTS dbsync.reset_sequence_id_on_update(), dbsync.log_deleted_row(), dbsync.log_truncated_table() CASCADE;
    DELETE FROM "CapturedTable";
    DELETE FROM "CaptureGeneration";
END;
$$;

SELECT rebuild_capture();
