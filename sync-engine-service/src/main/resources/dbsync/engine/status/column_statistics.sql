-- What the planner knows of how the source tables' rows spread over tenancies.
-- :relations  the tables, quoted for SQL
-- :columns    of each the column that holds the tenancy
-- A table that was never analysed is absent. Its own row count is what the planner makes of it: rows per page when it last looked,
-- times the pages there are now.
SELECT t.relation,
       (c.reltuples / greatest(c.relpages, 1) * (pg_relation_size(c.oid) / current_setting('block_size')::integer)) AS rows,
       s.n_distinct::float8 AS distinct_values,
       s.null_frac::float8 AS null_fraction,
       s.most_common_vals::text::text[] AS common_values,
       s.most_common_freqs::float8[] AS common_fractions
FROM unnest(:relations::text[], :columns::text[]) AS t (relation, column_name)
JOIN pg_class AS c ON c.oid = to_regclass(t.relation) AND c.reltuples >= 0
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_stats AS s
    ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = t.column_name AND NOT s.inherited
