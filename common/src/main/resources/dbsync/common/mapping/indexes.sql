-- The usable indexes of one table with their plain columns in order; an expression reads as an empty name.
-- :relation  schema and name, quoted
SELECT i.indisunique AND i.indpred IS NULL AS is_unique,
       ARRAY(
           SELECT coalesce(a.attname::text, '')
           FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, position)
           LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
           WHERE k.position <= i.indnkeyatts
           ORDER BY k.position) AS columns
FROM pg_index AS i
WHERE i.indrelid = to_regclass(:relation)
  AND i.indisvalid;
