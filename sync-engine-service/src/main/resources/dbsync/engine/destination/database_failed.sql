-- The database as a whole failed. It is owed: tried again from the given time on, for ever (invariant 6).
-- An edit since the run began has cleared the slate; then the failure of the old configuration means nothing.
-- :destination, :revision, :code, :blame, :sql_state, :message, :remedy
-- :pause_millis  until the next attempt, by this database's clock
UPDATE dbsync."ExternalDatabase" AS x
SET "attempts"      = x."attempts" + 1,
    "nextAttemptAt" = now() + :pause_millis * interval '1 millisecond',
    "failingSince"  = coalesce(x."failingSince", now()),
    "errorCode"     = :code,
    "errorBlame"    = :blame,
    "errorSqlState" = :sql_state::text,
    "errorMessage"  = :message,
    "errorRemedy"   = :remedy
WHERE x."destinationId" = :destination
  AND x."revision" = :revision;
