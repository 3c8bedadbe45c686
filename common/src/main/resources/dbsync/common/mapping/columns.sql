-- The columns of one table, empty if there is no such table or it may not be seen.
-- :relation  schema and name, quoted
SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null
FROM pg_attribute AS a
WHERE a.attrelid = to_regclass(:relation)
  AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY a.attnum;
