-- Destinations that nobody runs, so that their tenancies are enqueued.
-- :first, :last  numbers of the tenancies
INSERT INTO dbsync."ExternalDatabase"
    ("tenancyId", "id", "type", "connectionCiphertext", "connectionKeyId", "host", "port", "database", "user")
SELECT md5('tenant ' || n)::uuid, 'bench', 'postgres', '\x00', 'key1', 'tenant-' || n || '.example', 5432, 'postgres', 'sync'
FROM generate_series(:first, :last) AS n
