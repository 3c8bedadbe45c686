-- Whether the schema exists and what the role may do there. One row, always.
-- :schema  its name
SELECT n.oid IS NOT NULL                                          AS schema_exists,
       has_database_privilege(current_database(), 'CREATE')       AS may_create_schema,
       coalesce(has_schema_privilege(n.oid, 'USAGE'), false)
           AND coalesce(has_schema_privilege(n.oid, 'CREATE'), false) AS may_create_tables,
       current_user                                               AS role_name
FROM (VALUES (:schema::name)) AS wanted (name)
LEFT JOIN pg_namespace AS n ON n.nspname = wanted.name
