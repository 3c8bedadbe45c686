-- Open a session, and let go of those that are over.
-- :secret_hash, :token_proof, :actor, :role
-- :idle_seconds, :lifetime_seconds
-- Reads the table, which holds as many rows as people are signed in.
WITH over AS (
    DELETE FROM dbsync."DashboardSession"
    WHERE "usedAt" < now() - make_interval(secs => :idle_seconds)
       OR "openedAt" < now() - make_interval(secs => :lifetime_seconds)
)
INSERT INTO dbsync."DashboardSession" ("secretHash", "tokenProof", "actor", "role")
VALUES (:secret_hash, :token_proof, :actor, :role)
