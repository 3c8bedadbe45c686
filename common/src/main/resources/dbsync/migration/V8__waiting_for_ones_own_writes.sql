-- What tells whether a transaction's changes have arrived in a tenant's database (docs/adr/0016).

-- Under which capture generation the rows of a mapping were copied, mirrored from the target; null before its first mirror.
ALTER TABLE "ExternalDatabaseMapping" ADD COLUMN "captureGeneration" bigint;

-- The token of the transaction that calls this: its id, and the history that it runs in, by which a token of what a failover or a
-- restore may have taken back is known. An application's role needs USAGE on this schema and EXECUTE on this function.
CREATE FUNCTION sync_token() RETURNS text
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = dbsync, pg_temp
AS $$
    SELECT concat_ws('.', pg_current_xact_id(), (SELECT h."history" FROM "SourceHistory" AS h ORDER BY h."ordinal" DESC LIMIT 1))
$$;
REVOKE ALL ON FUNCTION sync_token() FROM PUBLIC;

-- What became of a transaction: committed, aborted, in progress, 'future' if no transaction has had this id yet, and null if it
-- ended so long ago that the server does not know.
CREATE FUNCTION transaction_state(id xid8) RETURNS text
    LANGUAGE plpgsql VOLATILE
    SET search_path = dbsync, pg_temp
AS $$
BEGIN
    RETURN pg_xact_status(id);
EXCEPTION
    WHEN invalid_parameter_value THEN
        RETURN 'future';
END;
$$;
