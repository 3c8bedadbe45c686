-- Mirror positions that targets have committed, and at the end of a run what it came to. Only ever written after that commit,
-- so the mirror never runs ahead of a target and the purge may rely on it. An edit since the run began means another place or
-- another choice: then nothing is written.
-- The commit is not waited for: a crash of this database loses it together with all that came later, the acknowledgement of
-- the request included, and what is lost is an older mirror and a debt that is paid twice (invariant 6).
-- :destination, :revision
-- :due        "nextAttemptAt" as the run found it, if it has done, or written down elsewhere, what was due then. Whoever put the
--             database off since has announced something that the run may not have read: that stays due (invariant 6)
-- :succeeded  the run went through, so the database works
-- :mappings, :states, :epochs, :watermarks, :copied, :applied, :generations  parallel arrays; these mappings are healthy
WITH told AS (
    UPDATE dbsync."ExternalDatabase" AS x
    SET "nextAttemptAt" = CASE WHEN x."nextAttemptAt" = :due::timestamptz THEN NULL ELSE x."nextAttemptAt" END,
        "lastSuccessAt" = CASE WHEN :succeeded THEN now() ELSE x."lastSuccessAt" END,
        "attempts"      = CASE WHEN :succeeded THEN 0 ELSE x."attempts" END,
        "failingSince"  = CASE WHEN NOT :succeeded THEN x."failingSince" END,
        "errorCode"     = CASE WHEN NOT :succeeded THEN x."errorCode" END,
        "errorBlame"    = CASE WHEN NOT :succeeded THEN x."errorBlame" END,
        "errorSqlState" = CASE WHEN NOT :succeeded THEN x."errorSqlState" END,
        "errorMessage"  = CASE WHEN NOT :succeeded THEN x."errorMessage" END,
        "errorRemedy"   = CASE WHEN NOT :succeeded THEN x."errorRemedy" END
    WHERE x."destinationId" = :destination
      AND x."revision" = :revision
    RETURNING x."destinationId", set_config('synchronous_commit', 'off', true)
)
INSERT INTO dbsync."ExternalDatabaseMapping" AS m (
    "destinationId", "mappingId", "state", "epoch", "lastSyncedSequenceId", "rowsCopied", "rowsAppliedTotal",
    "captureGeneration")
SELECT told."destinationId", p.mapping, p.state, p.epoch, p.watermark, p.copied, p.applied, p.generation
FROM told
CROSS JOIN unnest(:mappings::text[], :states::text[], :epochs::uuid[], :watermarks::bigint[], :copied::bigint[], :applied::bigint[],
                  :generations::bigint[])
    AS p (mapping, state, epoch, watermark, copied, applied, generation)
ORDER BY p.mapping
ON CONFLICT ("destinationId", "mappingId") DO UPDATE
    SET "state"                = excluded."state",
        "reason"               = CASE WHEN excluded."state" = 'following' THEN NULL ELSE m."reason" END,
        "epoch"                = excluded."epoch",
        "lastSyncedSequenceId" = excluded."lastSyncedSequenceId",
        "neededFrom"           = CASE WHEN excluded."state" = 'following' THEN NULL ELSE m."neededFrom" END,
        "rowsCopied"           = excluded."rowsCopied",
        "rowsAppliedTotal"     = m."rowsAppliedTotal" + excluded."rowsAppliedTotal",
        "captureGeneration"    = excluded."captureGeneration",
        "attempts"             = 0,
        "nextAttemptAt"        = NULL,
        "failingSince"         = NULL,
        "errorCode"            = NULL,
        "errorBlame"           = NULL,
        "errorSqlState"        = NULL,
        "errorMessage"         = NULL,
        "errorRemedy"          = NULL,
        "updatedAt"            = now();
