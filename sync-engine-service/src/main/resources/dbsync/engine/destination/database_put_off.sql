-- No room, or somebody else is at it: owed, and nobody's fault.
-- :destination
-- :pause_millis  until the next attempt, by this database's clock
UPDATE dbsync."ExternalDatabase" AS x
SET "nextAttemptAt" = now() + :pause_millis * interval '1 millisecond'
WHERE x."destinationId" = :destination
  AND (x."nextAttemptAt" IS NULL OR x."nextAttemptAt" <= now());
