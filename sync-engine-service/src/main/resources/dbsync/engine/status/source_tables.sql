-- How large the source tables are, by what the server knows without reading them.
-- :tables     names as in the logs
-- :relations  the same, quoted for SQL
-- A table that is missing, or that we may not read, has no size. The estimate is the planner's: rows per page when it last
-- looked, times the pages there are now.
SELECT t.table_name,
       CASE WHEN has_table_privilege(t.relation, 'SELECT') THEN pg_relation_size(t.relation) END AS bytes,
       CASE
           WHEN c.reltuples > 0 AND c.relpages > 0
               THEN (c.reltuples / c.relpages * (pg_relation_size(t.relation) / current_setting('block_size')::integer))::bigint
           ELSE greatest(pg_stat_get_live_tuples(t.relation), c.reltuples::bigint, 0)
       END AS estimate
FROM (
    SELECT u.table_name, to_regclass(u.relation) AS relation, u.position
    FROM unnest(:tables::text[], :relations::text[]) WITH ORDINALITY AS u (table_name, relation, position)
) AS t
LEFT JOIN pg_class AS c ON c.oid = t.relation
ORDER BY t.position
