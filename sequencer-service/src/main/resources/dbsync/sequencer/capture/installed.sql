-- How many of one table's triggers are there as they should be: firing always, or at least in ordinary sessions where this
-- role may not say ALWAYS. Takes no lock on the table.
-- :table_name  as the logs name it
-- :relation    schema and name, quoted
-- :definition  hash of what is installed with them
SELECT (
    SELECT count(*)
    FROM pg_catalog.pg_trigger AS t
    JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid AND p.pronamespace = 'dbsync'::regnamespace
    WHERE t.tgrelid = r.oid
      AND t.tgname IN ('dbsync_capture_insert', 'dbsync_capture_update', 'dbsync_capture_delete', 'dbsync_capture_truncate')
      AND t.tgargs = convert_to(:table_name, getdatabaseencoding()) || '\x00'::bytea
          || convert_to(:definition, getdatabaseencoding()) || '\x00'::bytea
      AND (t.tgenabled = 'A' OR (t.tgenabled = 'O' AND NOT pg_has_role(r.relowner, 'USAGE')))
) AS triggers
FROM pg_catalog.pg_class AS r
WHERE r.oid = to_regclass(:relation);
