-- Expansions that wait but that no loaded mapping knows.
-- :known  expansions of the loaded mappings
SELECT DISTINCT "expansion" FROM dbsync."PendingExpansion" WHERE "expansion" <> ALL (:known) ORDER BY 1 LIMIT 20;
