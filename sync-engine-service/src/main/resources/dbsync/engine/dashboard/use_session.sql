-- A session was used; written at most every ten seconds.
-- :secret_hash
-- The primary key.
UPDATE dbsync."DashboardSession"
SET "usedAt" = now()
WHERE "secretHash" = :secret_hash AND "usedAt" < now() - interval '10 seconds'
