-- The named tables of one schema as the catalogue shows them. Functions are named in full, so that none of the tenant's
-- with a more fitting argument is called.
-- :schema  as stored
-- :tables  text[]
SELECT c.relname AS name,
       pg_catalog.concat(c.oid, ':', coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)) AS identity,
       pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
       ARRAY(
           SELECT a.attname::text
           FROM pg_attribute AS a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           ORDER BY a.attnum) AS columns,
       ARRAY(
           SELECT pg_catalog.format_type(a.atttypid, a.atttypmod)
           FROM pg_attribute AS a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           ORDER BY a.attnum) AS types,
       ARRAY(
           SELECT a.attname::text
           FROM pg_attribute AS a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
           ORDER BY a.attnum) AS not_null,
       ARRAY(
           SELECT a.attname::text
           FROM pg_index AS i
           CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, position)
           JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
           WHERE i.indrelid = c.oid AND i.indisprimary
           ORDER BY k.position) AS key,
       (SELECT k.conname::text FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype = 'p') AS key_name,
       c.relhastriggers OR c.relhasrules AS watched
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = :schema
  AND c.relname = ANY (:tables::text[])
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f');
