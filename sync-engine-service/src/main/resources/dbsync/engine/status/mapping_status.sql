-- How far each mapping of some external databases has come.
-- :tenancies, :ids  the databases' keys, parallel arrays
-- :known, :tables   the mappings' ids and their source tables as the logs name them
-- :bound            entries counted per mapping and log
-- Quarantined rows are counted, and the one refused last explains them; a mapping may have so many only (the engine's limit).
-- Entries are counted only where the newest is above the position. The indexes on (tenancy, table, sequence id) and on what a tenancy has pending.
WITH chosen AS MATERIALIZED (
    SELECT d."tenancyId", d."id", d."destinationId", d."mappings", d."createdAt", k.position
    FROM unnest(:tenancies::uuid[], :ids::text[]) WITH ORDINALITY AS k (tenancy, id, position)
    JOIN dbsync."ExternalDatabase" AS d ON d."tenancyId" = k.tenancy AND d."id" = k.id
), waiting AS MATERIALIZED (
    SELECT t.tenancy, e.table_name, count(*) AS entries, min(e.at) AS oldest
    FROM (SELECT DISTINCT c."tenancyId" AS tenancy FROM chosen AS c) AS t
    CROSS JOIN LATERAL (
        (SELECT r."tableName" AS table_name, r."changedAt" AS at FROM dbsync."ChangedRow" AS r
         WHERE r."shouldUpdateSequenceId" AND r."tenancyId" = t.tenancy ORDER BY r."id" LIMIT :bound)
        UNION ALL
        (SELECT r."tableName", r."deletedAt" FROM dbsync."DeletedRow" AS r
         WHERE r."shouldUpdateSequenceId" AND r."tenancyId" = t.tenancy ORDER BY r."id" LIMIT :bound)) AS e
    GROUP BY t.tenancy, e.table_name
)
SELECT c."tenancyId", c."id", m.id AS mapping_id, s."state", s."reason", s."lastSyncedSequenceId" AS last_synced_sequence_id,
       s."errorCode", s."errorBlame", s."errorMessage", s."errorRemedy", s."errorSqlState", s."attempts",
       (extract(epoch FROM s."failingSince") * 1000)::bigint AS since_millis,
       (extract(epoch FROM s."nextAttemptAt") * 1000)::bigint AS next_attempt_millis,
       (extract(epoch FROM s."updatedAt") * 1000)::bigint AS updated_millis,
       (extract(epoch FROM s."verifiedAt") * 1000)::bigint AS verified_millis, s."verifiedSequenceId" AS verified_sequence_id,
       s."verifiedIdentical" AS verified_identical, s."verifiedDifferences" AS verified_differences,
       coalesce(s."rowsAppliedTotal", 0) AS rows_applied_total,
       newest.id AS max_sequence_id,
       behind.entries + coalesce(w.entries, 0) AS rows_behind,
       greatest(0, (extract(epoch FROM clock_timestamp() - least(
           behind.oldest, w.oldest,
           CASE WHEN s."lastSyncedSequenceId" IS NULL THEN
                    (SELECT c."createdAt" WHERE EXISTS (
                        SELECT FROM dbsync."CapturedTable" AS t WHERE t."tableName" = m.table_name))
                WHEN s."state" <> 'following' THEN s."copyBeganAt" END))
           * 1000)::bigint) AS lag_millis,
       s."rowsCopied" AS rows_copied, (extract(epoch FROM s."copyBeganAt") * 1000)::bigint AS copy_began_millis,
       extract(epoch FROM s."updatedAt" - s."copyBeganAt")::float8 AS copy_seconds,
       quarantine.rows AS quarantined_rows, latest."errorCode" AS refused_code, latest."errorBlame" AS refused_blame,
       latest."errorMessage" AS refused_message, latest."errorRemedy" AS refused_remedy,
       latest."errorSqlState" AS refused_sql_state, latest."attempts" AS refused_attempts,
       (extract(epoch FROM quarantine.since) * 1000)::bigint AS refused_since_millis,
       (extract(epoch FROM quarantine.next) * 1000)::bigint AS refused_next_attempt_millis
FROM chosen AS c
JOIN unnest(:known::text[], :tables::text[]) WITH ORDINALITY AS m (id, table_name, position)
    ON c."mappings" IS NULL OR m.id = ANY (c."mappings")
LEFT JOIN dbsync."ExternalDatabaseMapping" AS s ON s."destinationId" = c."destinationId" AND s."mappingId" = m.id
LEFT JOIN waiting AS w ON w.tenancy = c."tenancyId" AND w.table_name = m.table_name
CROSS JOIN LATERAL (
    SELECT greatest(
        (SELECT max(r."sequenceId") FROM dbsync."ChangedRow" AS r
         WHERE r."tenancyId" = c."tenancyId" AND r."tableName" = m.table_name AND r."sequenceId" IS NOT NULL),
        (SELECT max(r."sequenceId") FROM dbsync."DeletedRow" AS r
         WHERE r."tenancyId" = c."tenancyId" AND r."tableName" = m.table_name AND r."sequenceId" IS NOT NULL)) AS id
    OFFSET 0  -- so that it is found once and not wherever it is used
) AS newest
CROSS JOIN LATERAL (
    SELECT count(*) AS entries, min(e.at) AS oldest
    FROM (
        (SELECT r."changedAt" AS at FROM dbsync."ChangedRow" AS r
         WHERE newest.id > coalesce(s."lastSyncedSequenceId", 0)
           AND r."tenancyId" = c."tenancyId" AND r."tableName" = m.table_name
           AND r."sequenceId" > coalesce(s."lastSyncedSequenceId", 0)
         ORDER BY r."sequenceId" LIMIT :bound)
        UNION ALL
        (SELECT r."deletedAt" FROM dbsync."DeletedRow" AS r
         WHERE newest.id > coalesce(s."lastSyncedSequenceId", 0)
           AND r."tenancyId" = c."tenancyId" AND r."tableName" = m.table_name
           AND r."sequenceId" > coalesce(s."lastSyncedSequenceId", 0)
         ORDER BY r."sequenceId" LIMIT :bound)) AS e
) AS behind
CROSS JOIN LATERAL (
    SELECT count(*) AS rows, min(q."firstRefusedAt") AS since, min(q."nextAttemptAt") AS next
    FROM dbsync."QuarantinedRow" AS q
    WHERE q."destinationId" = c."destinationId" AND q."mappingId" = m.id
) AS quarantine
LEFT JOIN LATERAL (
    SELECT q.*
    FROM dbsync."QuarantinedRow" AS q
    WHERE q."destinationId" = c."destinationId" AND q."mappingId" = m.id
    ORDER BY q."refusedAt" DESC
    LIMIT 1) AS latest ON quarantine.rows > 0
ORDER BY c.position, m.position
