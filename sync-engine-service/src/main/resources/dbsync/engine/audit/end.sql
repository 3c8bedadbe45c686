-- Add how an action ended.
-- :id, :outcome
-- :database  the external database where the address did not name it; else null
-- :details  JSON object of what was asked for
-- The primary key.
UPDATE dbsync."AdminAction"
SET "endedAt" = clock_timestamp(), "outcome" = :outcome, "details" = :details::jsonb,
    "externalDatabaseId" = coalesce("externalDatabaseId", :database)
WHERE "id" = :id AND "outcome" IS NULL
