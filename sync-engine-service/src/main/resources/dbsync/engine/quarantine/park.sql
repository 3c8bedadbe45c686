-- Put rows that a target refused into quarantine, or note that it refused them again. Committed before the target commits
-- without them (invariant 6). Nothing is written for a configuration that is no longer the present one.
-- :destination, :revision, :mapping
-- :table                                                    the source table as the logs name it
-- :hashes, :keys, :data, :codes, :blames, :sql_states, :messages, :remedies  parallel arrays
-- The pause before the key is requeued doubles from a second to five minutes, with jitter, by this database's clock.
INSERT INTO dbsync."QuarantinedRow" AS q (
    "destinationId", "mappingId", "keyHash", "tenancyId", "tableName", "key", "data", "nextAttemptAt", "errorCode",
    "errorBlame", "errorSqlState", "errorMessage", "errorRemedy")
SELECT x."destinationId", :mapping, r.key_hash, x."tenancyId", :table, r.key::jsonb, r.data::jsonb,
       clock_timestamp() + interval '1 second' * (0.5 + random() / 2), r.code, r.blame, r.sql_state, r.message, r.remedy
FROM dbsync."ExternalDatabase" AS x
CROSS JOIN unnest(
    :hashes::uuid[], :keys::text[], :data::text[], :codes::text[], :blames::text[], :sql_states::text[], :messages::text[],
    :remedies::text[]) AS r (key_hash, key, data, code, blame, sql_state, message, remedy)
WHERE x."destinationId" = :destination
  AND x."revision" = :revision
ORDER BY r.key_hash
FOR SHARE OF x
ON CONFLICT ("destinationId", "mappingId", "keyHash") DO UPDATE
    SET "attempts"      = q."attempts" + 1,
        "refusedAt"     = excluded."refusedAt",
        "nextAttemptAt" = clock_timestamp()
            + least(interval '1 second' * power(2, least(q."attempts", 20)), interval '5 minutes') * (0.5 + random() / 2),
        "errorCode"     = excluded."errorCode",
        "errorBlame"    = excluded."errorBlame",
        "errorSqlState" = excluded."errorSqlState",
        "errorMessage"  = excluded."errorMessage",
        "errorRemedy"   = excluded."errorRemedy";
