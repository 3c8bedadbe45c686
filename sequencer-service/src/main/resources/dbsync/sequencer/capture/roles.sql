-- What is stored of one table's roles.
-- :table_name  as the logs name it
SELECT "roles"::text AS roles FROM dbsync."CapturedTable" WHERE "tableName" = :table_name;
