-- How many connection strings are stored under each key. Reads the whole table, a row per external database.
SELECT x."connectionKeyId" AS key_id, count(*) AS connection_strings
FROM dbsync."ExternalDatabase" AS x
GROUP BY x."connectionKeyId"
ORDER BY x."connectionKeyId"
