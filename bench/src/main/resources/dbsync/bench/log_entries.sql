-- Entries as capture writes them, of users of many tenancies, no two of one key.
-- :count
-- :tenancies  how many, numbered from 1
INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey")
SELECT t.id, 'ProjectUser', jsonb_build_object('tenancyId', t.id, 'projectUserId', md5('key ' || n)::uuid)
FROM generate_series(1, :count) AS n
CROSS JOIN LATERAL (SELECT md5('tenant ' || (n % :tenancies + 1))::uuid AS id) AS t
