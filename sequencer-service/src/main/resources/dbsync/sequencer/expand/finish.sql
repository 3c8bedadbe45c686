-- An expansion that is done.
-- :id  which one
DELETE FROM dbsync."PendingExpansion" WHERE "id" = :id;
