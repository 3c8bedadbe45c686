-- Announce a copy, committed before its start id is read: the purge keeps every entry above "neededFrom" (invariant 10).
-- :destination, :mapping, :reason
INSERT INTO dbsync."ExternalDatabaseMapping" AS m ("destinationId", "mappingId", "state", "reason", "neededFrom")
SELECT x."destinationId", :mapping, 'copying', :reason, s."lastSequenceId"
FROM dbsync."ExternalDatabase" AS x
CROSS JOIN dbsync."SequencerState" AS s
WHERE x."destinationId" = :destination
ON CONFLICT ("destinationId", "mappingId") DO UPDATE
    SET "state" = 'copying', "reason" = excluded."reason", "neededFrom" = excluded."neededFrom", "rowsCopied" = 0, "updatedAt" = now();
