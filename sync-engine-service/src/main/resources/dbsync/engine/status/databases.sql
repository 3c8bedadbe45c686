-- One page of external databases, each with its state.
-- :tenancy   null for all tenancies'
-- :state     null for all states
-- :search    part of id, host, database, user or tenancy; null for all
-- :by_lag    whether the one with the oldest owed entry comes first; else in order of tenancy and id
-- :after_sort, :after_tenancy, :after_id  the last row of the page before
-- :limit
-- :known, :tables  the mappings' ids and their source tables as the logs name them
-- Reads the table itself; with :by_lag one index probe per mapping and log.
SELECT d."tenancyId", d."id", d."type", d."enabled", d."paused", d."host", d."port", d."database", d."user", s.state,
       d."errorCode", d."errorBlame", d."errorMessage", d."errorRemedy", d."errorSqlState", d."attempts",
       (extract(epoch FROM d."failingSince") * 1000)::bigint AS since_millis,
       (extract(epoch FROM d."nextAttemptAt") * 1000)::bigint AS next_attempt_millis,
       (extract(epoch FROM d."lastSuccessAt") * 1000)::bigint AS last_success_millis,
       o.sort
FROM dbsync."ExternalDatabase" AS d
CROSS JOIN LATERAL (
    SELECT CASE
               WHEN d."paused" OR NOT d."enabled" THEN 'paused'
               WHEN d."errorCode" IS NOT NULL OR bool_or(m."errorCode" IS NOT NULL) THEN 'error'
               WHEN d."lastSuccessAt" IS NULL OR bool_or(m."state" IS DISTINCT FROM 'following') THEN 'pending'
               ELSE 'ok'
           END AS state
    FROM unnest(:known::text[]) AS k (id)
    LEFT JOIN dbsync."ExternalDatabaseMapping" AS m ON m."destinationId" = d."destinationId" AND m."mappingId" = k.id
    WHERE d."mappings" IS NULL OR k.id = ANY (d."mappings")
) AS s
CROSS JOIN LATERAL (
    SELECT coalesce((extract(epoch FROM min(least(c.at, t.at, w.at, x.at, n.at))) * 1000000)::bigint, 9223372036854775807) AS sort
    FROM unnest(:known::text[], :tables::text[]) AS k (id, table_name)
    LEFT JOIN dbsync."ExternalDatabaseMapping" AS m ON m."destinationId" = d."destinationId" AND m."mappingId" = k.id
    LEFT JOIN LATERAL (
        SELECT e."changedAt" AS at FROM dbsync."ChangedRow" AS e
        WHERE e."tenancyId" = d."tenancyId" AND e."tableName" = k.table_name
          AND e."sequenceId" > coalesce(m."lastSyncedSequenceId", 0)
        ORDER BY e."sequenceId" LIMIT 1) AS c ON true
    LEFT JOIN LATERAL (
        SELECT e."deletedAt" AS at FROM dbsync."DeletedRow" AS e
        WHERE e."tenancyId" = d."tenancyId" AND e."tableName" = k.table_name
          AND e."sequenceId" > coalesce(m."lastSyncedSequenceId", 0)
        ORDER BY e."sequenceId" LIMIT 1) AS t ON true
    LEFT JOIN LATERAL (
        SELECT e."changedAt" AS at FROM dbsync."ChangedRow" AS e
        WHERE e."shouldUpdateSequenceId" AND e."tenancyId" = d."tenancyId"
        ORDER BY e."id" LIMIT 1) AS w ON true
    LEFT JOIN LATERAL (
        SELECT e."deletedAt" AS at FROM dbsync."DeletedRow" AS e
        WHERE e."shouldUpdateSequenceId" AND e."tenancyId" = d."tenancyId"
        ORDER BY e."id" LIMIT 1) AS x ON true
    LEFT JOIN LATERAL (SELECT d."createdAt" AS at WHERE m."lastSyncedSequenceId" IS NULL) AS n ON true
    WHERE :by_lag AND (d."mappings" IS NULL OR k.id = ANY (d."mappings"))
) AS o
WHERE (:tenancy::uuid IS NULL OR d."tenancyId" = :tenancy::uuid)
  AND (:state::text IS NULL OR s.state = :state::text)
  AND (:search::text IS NULL
       OR strpos(lower(concat_ws(' ', d."id", d."host", d."database", d."user", d."tenancyId")), lower(:search::text)) > 0)
  AND (o.sort, d."tenancyId", d."id") > (:after_sort, :after_tenancy, :after_id)
ORDER BY o.sort, d."tenancyId", d."id"
LIMIT :limit
