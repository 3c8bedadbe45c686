-- Announce a copy, committed before its start id is read: the purge keeps every entry above "neededFrom" (invariant 10).
-- No row is written for a configuration that is no longer the present one.
-- :destination, :revision, :mapping, :reason
INSERT INTO dbsync."ExternalDatabaseMapping" AS m ("destinationId", "mappingId", "state", "reason", "neededFrom", "copyBeganAt")
SELECT x."destinationId", :mapping, 'copying', :reason, s."lastSequenceId", now()
FROM dbsync."ExternalDatabase" AS x
CROSS JOIN dbsync."SequencerState" AS s
WHERE x."destinationId" = :destination
  AND x."revision" = :revision
FOR SHARE OF x
ON CONFLICT ("destinationId", "mappingId") DO UPDATE
    SET "state" = 'copying', "reason" = excluded."reason", "neededFrom" = excluded."neededFrom", "rowsCopied" = 0,
        "copyBeganAt" = excluded."copyBeganAt", "updatedAt" = now();
