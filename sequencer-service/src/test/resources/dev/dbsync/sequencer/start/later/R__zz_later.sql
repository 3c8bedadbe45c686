-- A function of today as a later release might have it.
CREATE OR REPLACE FUNCTION current_place() RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, dbsync, pg_temp
AS $$ SELECT 'of the later release' $$;
