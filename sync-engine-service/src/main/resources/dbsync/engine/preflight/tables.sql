-- Which of the names are taken in the schema, by what, and whether the role may alter it.
-- :schema  the schema's name
-- :tables  the names
-- Uses pg_class_relname_nsp_index.
SELECT c.relname                         AS name,
       c.relkind = 'r'                   AS is_table,
       obj_description(c.oid, 'pg_class') AS comment,
       pg_has_role(c.relowner, 'USAGE')  AS is_owner
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = :schema
  AND c.relname = ANY (:tables::name[])
ORDER BY c.relname
