-- Mirror positions that targets have committed. Only ever written after that commit, so the mirror never runs ahead of a
-- target and the purge may rely on it.
-- :destination, :revision  an edit since the run began means another place or another choice
-- :mappings, :states, :epochs, :watermarks, :copied, :applied  parallel arrays
INSERT INTO dbsync."ExternalDatabaseMapping" AS m (
    "destinationId", "mappingId", "state", "epoch", "lastSyncedSequenceId", "rowsCopied", "rowsAppliedTotal")
SELECT x."destinationId", p.mapping, p.state, p.epoch, p.watermark, p.copied, p.applied
FROM dbsync."ExternalDatabase" AS x
CROSS JOIN unnest(:mappings::text[], :states::text[], :epochs::uuid[], :watermarks::bigint[], :copied::bigint[], :applied::bigint[])
    AS p (mapping, state, epoch, watermark, copied, applied)
WHERE x."destinationId" = :destination
  AND x."revision" = :revision
ORDER BY p.mapping
FOR SHARE OF x
ON CONFLICT ("destinationId", "mappingId") DO UPDATE
    SET "state"                = excluded."state",
        "reason"               = CASE WHEN excluded."state" = 'following' THEN NULL ELSE m."reason" END,
        "epoch"                = excluded."epoch",
        "lastSyncedSequenceId" = excluded."lastSyncedSequenceId",
        "neededFrom"           = CASE WHEN excluded."state" = 'following' THEN NULL ELSE m."neededFrom" END,
        "rowsCopied"           = excluded."rowsCopied",
        "rowsAppliedTotal"     = m."rowsAppliedTotal" + excluded."rowsAppliedTotal",
        "attempts"             = 0,
        "nextAttemptAt"        = NULL,
        "failingSince"         = NULL,
        "errorCode"            = NULL,
        "errorBlame"           = NULL,
        "errorSqlState"        = NULL,
        "errorMessage"         = NULL,
        "errorRemedy"          = NULL,
        "updatedAt"            = now();
