-- Remember an action before it begins, and let a few go that are older than they need to be.
-- :via, :actor, :address, :action, :tenancy, :database
-- :retention_seconds
-- AdminAction_age.
WITH old AS (
    DELETE FROM dbsync."AdminAction"
    WHERE "id" IN (SELECT "id" FROM dbsync."AdminAction"
                   WHERE "startedAt" < now() - make_interval(secs => :retention_seconds)
                   ORDER BY "startedAt" LIMIT 20
                   FOR UPDATE SKIP LOCKED)
)
INSERT INTO dbsync."AdminAction" ("via", "actor", "address", "action", "tenancyId", "externalDatabaseId")
VALUES (:via, :actor, :address, :action, :tenancy::uuid, :database)
RETURNING "id"
