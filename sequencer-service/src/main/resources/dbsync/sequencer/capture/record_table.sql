-- Record what is installed on one table.
-- :table_name, :relation, :roles, :change_branch, :delete_branch  see "CapturedTable"
INSERT INTO dbsync."CapturedTable" AS c ("tableName", "relation", "roles", "changeBranch", "deleteBranch")
VALUES (:table_name, :relation, CAST(:roles AS jsonb), :change_branch, :delete_branch)
ON CONFLICT ("tableName") DO UPDATE
SET "relation"     = excluded."relation",
    "roles"        = excluded."roles",
    "changeBranch" = excluded."changeBranch",
    "deleteBranch" = excluded."deleteBranch",
    "installedAt"  = now();
