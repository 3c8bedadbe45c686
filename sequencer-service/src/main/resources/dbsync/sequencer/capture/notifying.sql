-- The logs whose trigger "notify_sequencer" is not as it should be: firing always, or not at all.
-- :notify  whether it should fire
SELECT c.relname AS log
FROM pg_catalog.pg_trigger AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid AND c.relnamespace = 'dbsync'::regnamespace
WHERE t.tgname = 'notify_sequencer'
  AND t.tgenabled <> CASE WHEN :notify THEN 'A' ELSE 'D' END
ORDER BY 1;
