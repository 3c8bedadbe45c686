-- Where this database is now: the server's identity, its timeline and the database's own id. Promoting a standby and restoring
-- to a point in time begin a new timeline; a dump that is restored, or a copy made from a template, has another id.
-- Null where a managed service does not tell.
CREATE OR REPLACE FUNCTION current_place() RETURNS text
    LANGUAGE plpgsql
    SET search_path = dbsync, pg_temp
AS $$
BEGIN
    RETURN (SELECT c.system_identifier FROM pg_control_system() AS c)
        || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
        || '/' || (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database());
EXCEPTION
    WHEN insufficient_privilege OR feature_not_supported OR object_not_in_prerequisite_state OR undefined_function THEN
        RETURN NULL;
END;
$$;
