-- A new capture generation of one table, in the transaction that installs it: copies taken before are taken again.
-- :table_name  as the logs name it
INSERT INTO dbsync."CaptureGeneration" ("tableName", "reason") VALUES (:table_name, 'installed');
