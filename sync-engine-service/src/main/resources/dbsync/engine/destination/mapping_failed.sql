-- One mapping failed; the others go on.
-- :destination, :revision, :mapping, :code, :blame, :sql_state, :message, :remedy
-- :pause_millis  until the next attempt, by this database's clock
INSERT INTO dbsync."ExternalDatabaseMapping" AS m (
    "destinationId", "mappingId", "attempts", "nextAttemptAt", "failingSince", "errorCode", "errorBlame", "errorSqlState",
    "errorMessage", "errorRemedy")
SELECT x."destinationId", :mapping, 1, now() + :pause_millis * interval '1 millisecond', now(), :code, :blame,
       :sql_state::text, :message, :remedy
FROM dbsync."ExternalDatabase" AS x
WHERE x."destinationId" = :destination
  AND x."revision" = :revision
FOR SHARE OF x
ON CONFLICT ("destinationId", "mappingId") DO UPDATE
    SET "attempts"      = m."attempts" + 1,
        "nextAttemptAt" = excluded."nextAttemptAt",
        "failingSince"  = coalesce(m."failingSince", excluded."failingSince"),
        "errorCode"     = excluded."errorCode",
        "errorBlame"    = excluded."errorBlame",
        "errorSqlState" = excluded."errorSqlState",
        "errorMessage"  = excluded."errorMessage",
        "errorRemedy"   = excluded."errorRemedy";
