-- One page of tenancies that have an external database, each with how many of them are in which state, and the oldest change
-- that one of them lacks.
-- :state     only tenancies with a database in this state; null for all
-- :search    part of the tenancy's id, or of a database's id or host; null for all
-- :named     tenancies whose project or branch meets the search
-- :by_lag    whether the one with the oldest owed entry comes first; else in order of their ids
-- :after_sort, :after_tenancy  the last row of the page before
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
    SELECT o.tenancy, o.sort
    FROM (
        SELECT d."tenancyId" AS tenancy,
               CASE WHEN :by_lag THEN coalesce(min(owed.sort), 9223372036854775807) ELSE 0 END AS sort
        FROM dbsync."ExternalDatabase" AS d
        LEFT JOIN owed ON owed."destinationId" = d."destinationId"
        WHERE :search::text IS NULL
           OR d."tenancyId" = ANY (:named::uuid[])
           OR strpos(lower(concat_ws(' ', d."tenancyId", d."id", d."host")), lower(:search::text)) > 0
        GROUP BY d."tenancyId"
        HAVING :state::text IS NULL
            OR bool_or(d."destinationId" IN (SELECT stated."destinationId" FROM stated))) AS o
    WHERE (o.sort, o.tenancy) > (:after_sort, :after_tenancy)
    ORDER BY o.sort, o.tenancy
    LIMIT :limit
)
SELECT p.tenancy, p.sort,
       count(*) AS databases,
       count(*) FILTER (WHERE s.state = 'ok') AS ok,
       count(*) FILTER (WHERE s.state = 'error') AS error,
       count(*) FILTER (WHERE s.state = 'pending') AS pending,
       count(*) FILTER (WHERE s.state = 'paused') AS paused,
       coalesce(greatest(0, (extract(epoch FROM clock_timestamp() - min(l.at)) * 1000)::bigint), 0) AS lag_millis
FROM page AS p
JOIN dbsync."ExternalDatabase" AS d ON d."tenancyId" = p.tenancy
JOIN dbsync.database_states(:known) AS s ON s."destinationId" = d."destinationId"
CROSS JOIN LATERAL dbsync.oldest_owed(d, :known, :tables) AS l
GROUP BY p.tenancy, p.sort
ORDER BY p.sort, p.tenancy
