-- What the engine would know of destinations that follow two mappings.
INSERT INTO dbsync."ExternalDatabaseMapping" ("destinationId", "mappingId", "state", "lastSyncedSequenceId", "rowsAppliedTotal")
SELECT d."destinationId", m.id, 'following', 0, 1000
FROM dbsync."ExternalDatabase" AS d, unnest(ARRAY['users', 'teams', 'contact_channels']) AS m (id)
