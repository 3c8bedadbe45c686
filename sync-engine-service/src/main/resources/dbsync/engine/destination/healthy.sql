-- A step was committed in the database, or there was nothing to do: it works.
-- :destination, :revision
UPDATE dbsync."ExternalDatabase" AS x
SET "attempts" = 0, "failingSince" = NULL, "errorCode" = NULL, "errorBlame" = NULL, "errorSqlState" = NULL,
    "errorMessage" = NULL, "errorRemedy" = NULL
WHERE x."destinationId" = :destination
  AND x."revision" = :revision
  AND (x."errorCode" IS NOT NULL OR x."attempts" > 0);
