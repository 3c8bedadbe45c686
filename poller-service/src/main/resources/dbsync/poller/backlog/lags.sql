-- How far databases are behind: the age of the oldest change that each has not applied. Databases that owe nothing and whose tenancy has
-- no request are left out, since they have everything; so are paused ones.
--   :mappings, :tables  every mapping's id and its source table as the logs name it, two arrays of one length
--   :tenancy_limit      tenancies looked at, those that wait longest
-- Per database and mapping one probe of each log. Indexes: ChangedRow_sequence, DeletedRow_sequence, …_pending_by_tenancy.
WITH waiting AS (
    SELECT w.tenancy
    FROM (
        SELECT (r."qstashOptions" -> 'body' ->> 'tenancyId')::uuid AS tenancy, r."createdAt" AS since
        FROM dbsync."OutgoingRequest" AS r
        UNION ALL
        SELECT d."tenancyId", coalesce(d."failingSince", d."nextAttemptAt")
        FROM dbsync."ExternalDatabase" AS d
        WHERE d."nextAttemptAt" IS NOT NULL
        UNION ALL
        SELECT d."tenancyId", coalesce(m."failingSince", m."nextAttemptAt")
        FROM dbsync."ExternalDatabaseMapping" AS m
        JOIN dbsync."ExternalDatabase" AS d ON d."destinationId" = m."destinationId"
        WHERE m."nextAttemptAt" IS NOT NULL) AS w
    GROUP BY w.tenancy
    ORDER BY min(w.since)
    LIMIT :tenancy_limit::integer
), owed AS (
    SELECT (SELECT min(least(
                (SELECT c."changedAt" FROM dbsync."ChangedRow" AS c
                 WHERE c."tenancyId" = d."tenancyId" AND c."tableName" = k.table_name
                   AND c."sequenceId" > coalesce(m."lastSyncedSequenceId", 0)
                 ORDER BY c."sequenceId" LIMIT 1),
                (SELECT x."deletedAt" FROM dbsync."DeletedRow" AS x
                 WHERE x."tenancyId" = d."tenancyId" AND x."tableName" = k.table_name
                   AND x."sequenceId" > coalesce(m."lastSyncedSequenceId", 0)
                 ORDER BY x."sequenceId" LIMIT 1),
                CASE WHEN m."lastSyncedSequenceId" IS NULL THEN d."createdAt" END))
            FROM unnest(:mappings::text[], :tables::text[]) AS k (id, table_name)
            LEFT JOIN dbsync."ExternalDatabaseMapping" AS m
                ON m."destinationId" = d."destinationId" AND m."mappingId" = k.id
            WHERE (d."mappings" IS NULL OR k.id = ANY (d."mappings"))
              AND EXISTS (SELECT FROM dbsync."CapturedTable" AS t WHERE t."tableName" = k.table_name)) AS since
    FROM waiting
    JOIN dbsync."ExternalDatabase" AS d ON d."tenancyId" = waiting.tenancy
    WHERE d."enabled" AND NOT d."paused"
)
SELECT greatest(extract(epoch FROM clock_timestamp() - owed.since), 0)::double precision AS lag_seconds
FROM owed
WHERE owed.since IS NOT NULL
ORDER BY 1;
