-- End a session.
-- :secret_hash
-- The primary key.
DELETE FROM dbsync."DashboardSession" WHERE "secretHash" = :secret_hash
