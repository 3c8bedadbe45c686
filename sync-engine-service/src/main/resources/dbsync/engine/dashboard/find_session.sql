-- A session that is not over.
-- :secret_hash, :idle_seconds, :lifetime_seconds
-- The primary key.
SELECT "tokenProof", "actor", "role"
FROM dbsync."DashboardSession"
WHERE "secretHash" = :secret_hash
  AND "usedAt" > now() - make_interval(secs => :idle_seconds)
  AND "openedAt" > now() - make_interval(secs => :lifetime_seconds)
