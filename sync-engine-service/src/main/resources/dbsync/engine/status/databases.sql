-- One page of external databases, each with its state.
-- :tenancy   null for all tenancies'
-- :state     null for all states
-- :search    part of id, host, database, user or tenancy; null for all
-- :by_lag    whether the one with the oldest owed entry comes first; else in order of tenancy and id
-- :after_sort, :after_tenancy, :after_id  the last row of the page before
-- :limit
-- :known, :tables  the mappings' ids and their source tables as the logs name them
-- Chooses the page first, so that of the others no more is looked at than what they are chosen by; lags are found for those
-- databases alone that may have one.
WITH stated AS MATERIALIZED (
    SELECT s."destinationId" FROM dbsync.database_states(:known) AS s WHERE s.state = :state::text
), owed AS MATERIALIZED (
    SELECT d."destinationId", (extract(epoch FROM l.at) * 1000000)::bigint AS sort
    FROM dbsync."OwedDatabase" AS c
    JOIN dbsync."ExternalDatabase" AS d ON d."destinationId" = c."destinationId"
    CROSS JOIN LATERAL dbsync.oldest_owed(d, :known, :tables) AS l
    WHERE :by_lag
), page AS MATERIALIZED (
    SELECT d."destinationId", o.sort
    FROM dbsync."ExternalDatabase" AS d
    LEFT JOIN owed ON owed."destinationId" = d."destinationId"
    CROSS JOIN LATERAL (SELECT CASE WHEN :by_lag THEN coalesce(owed.sort, 9223372036854775807) ELSE 0 END AS sort) AS o
    WHERE (:tenancy::uuid IS NULL OR d."tenancyId" = :tenancy::uuid)
      AND (:search::text IS NULL
           OR strpos(lower(concat_ws(' ', d."id", d."host", d."database", d."user", d."tenancyId")), lower(:search::text)) > 0)
      AND (:state::text IS NULL OR d."destinationId" IN (SELECT stated."destinationId" FROM stated))
      AND (o.sort, d."tenancyId", d."id") > (:after_sort, :after_tenancy, :after_id)
    ORDER BY o.sort, d."tenancyId", d."id"
    LIMIT :limit
)
SELECT d."tenancyId", d."id", d."type", d."enabled", d."paused", d."host", d."port", d."database", d."user", s.state,
       d."errorCode", d."errorBlame", d."errorMessage", d."errorRemedy", d."errorSqlState", d."attempts",
       (extract(epoch FROM d."failingSince") * 1000)::bigint AS since_millis,
       (extract(epoch FROM d."nextAttemptAt") * 1000)::bigint AS next_attempt_millis,
       (extract(epoch FROM d."lastSuccessAt") * 1000)::bigint AS last_success_millis,
       p.sort
FROM page AS p
JOIN dbsync."ExternalDatabase" AS d ON d."destinationId" = p."destinationId"
JOIN dbsync.database_states(:known) AS s ON s."destinationId" = p."destinationId"
ORDER BY p.sort, d."tenancyId", d."id"
