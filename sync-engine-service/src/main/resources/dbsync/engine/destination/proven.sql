-- The database was reached and is ours: it is no longer in anybody's way. Writes nothing where that is known.
-- :destination, :revision
UPDATE dbsync."ExternalDatabase" AS x
SET "provenAt" = now(), "attempts" = 0, "nextAttemptAt" = NULL, "failingSince" = NULL, "errorCode" = NULL,
    "errorBlame" = NULL, "errorSqlState" = NULL, "errorMessage" = NULL, "errorRemedy" = NULL
WHERE x."destinationId" = :destination
  AND x."revision" = :revision
  AND (x."provenAt" IS NULL OR x."errorCode" IS NOT NULL OR x."nextAttemptAt" IS NOT NULL);
