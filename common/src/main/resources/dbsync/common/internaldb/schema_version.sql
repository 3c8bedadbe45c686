-- The newest version that migrations have brought the internal schema to. Fails (42P01) where none has run yet.
-- Reads the few rows of Flyway's history.
SELECT max(h."version"::integer) AS version
FROM dbsync.flyway_schema_history AS h
WHERE h."success" AND h."type" = 'SQL' AND h."version" IS NOT NULL;
