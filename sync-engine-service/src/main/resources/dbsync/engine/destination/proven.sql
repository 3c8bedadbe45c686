-- The database was reached and the schema is ours. Errors stay until something was written: a database may let us in and
-- refuse every write. So does "nextAttemptAt": the run may die any moment, and then nothing else would remember the debt.
-- :destination, :revision
UPDATE dbsync."ExternalDatabase" AS x
SET "provenAt" = now()
WHERE x."destinationId" = :destination
  AND x."revision" = :revision
  AND x."provenAt" IS NULL;
