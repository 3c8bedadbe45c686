-- Whether the application has the reference schema's table of tenancies, and lets us read it. Another application need not.
SELECT count(*) = 3 AND bool_and(has_table_privilege(a.attrelid, 'SELECT'))
FROM pg_attribute AS a
WHERE a.attrelid = to_regclass('public."Tenancy"')
  AND a.attname IN ('id', 'projectId', 'branchId')
  AND NOT a.attisdropped
  AND (a.attname <> 'id' OR a.atttypid = 'uuid'::regtype)
