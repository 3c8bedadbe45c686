-- Forget the failures of a destination's mappings, so that they are tried at once.
-- :destination
-- Primary key.
UPDATE dbsync."ExternalDatabaseMapping" AS m
SET "attempts"      = 0,
    "nextAttemptAt" = NULL,
    "failingSince"  = NULL,
    "errorCode"     = NULL,
    "errorBlame"    = NULL,
    "errorSqlState" = NULL,
    "errorMessage"  = NULL,
    "errorRemedy"   = NULL
WHERE m."destinationId" = :destination
  AND (m."errorCode" IS NOT NULL OR m."nextAttemptAt" IS NOT NULL OR m."attempts" <> 0)
