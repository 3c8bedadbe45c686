-- The database was reached and the schema is ours. Errors stay until something was written: a database may let us in and
-- refuse every write. "nextAttemptAt" goes before the source is read, so that whoever asks from now on is heard.
-- :destination, :revision
UPDATE dbsync."ExternalDatabase" AS x
SET "provenAt" = coalesce(x."provenAt", now()), "nextAttemptAt" = NULL
WHERE x."destinationId" = :destination
  AND x."revision" = :revision
  AND (x."provenAt" IS NULL OR x."nextAttemptAt" IS NOT NULL);
