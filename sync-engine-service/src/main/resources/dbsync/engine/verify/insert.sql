-- Ask for a verification; none if one is under way, or the database is not to be written to. "Verification_one_at_a_time" decides.
-- :tenancy, :id, :repair
INSERT INTO dbsync."Verification" ("destinationId", "revision", "origin", "repair")
SELECT d."destinationId", d."revision", 'operator', :repair
FROM dbsync."ExternalDatabase" AS d
WHERE d."tenancyId" = :tenancy AND d."id" = :id AND d."enabled" AND NOT d."paused"
FOR SHARE OF d
ON CONFLICT ("destinationId") WHERE "state" IN ('waiting', 'running') DO NOTHING
RETURNING "id"
