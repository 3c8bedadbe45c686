-- A run has done, or written down elsewhere, whatever was due when it began. Whoever put the database off since then has
-- announced something that the run may not have read: that stays due (invariant 6).
-- :destination
-- :due  "nextAttemptAt" as the run found it
UPDATE dbsync."ExternalDatabase" AS x
SET "nextAttemptAt" = NULL
WHERE x."destinationId" = :destination
  AND x."nextAttemptAt" = :due;
