-- Take the next verification that is due and that nobody holds, or whose holder let its lease run out. By this database's clock.
-- :token
-- :lease_millis
-- "Verification_due".
WITH next AS (
    SELECT v."id"
    FROM dbsync."Verification" AS v
    CROSS JOIN dbsync."ExternalDbSyncMetadata" AS f
    WHERE v."state" IN ('waiting', 'running') AND v."dueAt" <= now() AND f."syncEngineEnabled"
      AND (v."leaseUntil" IS NULL OR v."leaseUntil" <= now())
    ORDER BY v."dueAt"
    LIMIT 1
    FOR UPDATE OF v SKIP LOCKED
)
UPDATE dbsync."Verification" AS v
SET "state"      = 'running',
    "startedAt"  = coalesce(v."startedAt", now()),
    "leaseToken" = :token,
    "leaseUntil" = now() + :lease_millis * interval '1 millisecond',
    "attempts"   = v."attempts" + 1
FROM next, dbsync."ExternalDatabase" AS d
WHERE v."id" = next."id" AND d."destinationId" = v."destinationId"
RETURNING v."id", v."destinationId", v."revision", v."origin", v."repair", v."attempts", v."startedAt", d."tenancyId",
    d."id" AS database, now() AS now
