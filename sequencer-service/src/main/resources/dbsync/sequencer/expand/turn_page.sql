-- An expansion of which there are pages left.
-- :id      which one
-- :cursor  key of the last row expanded
UPDATE dbsync."PendingExpansion" SET "pageCursor" = CAST(:cursor AS jsonb) WHERE "id" = :id;
