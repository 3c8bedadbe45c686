-- External databases by state, and those in error by whose it is; the state as the status has it. A last row counts quarantined rows.
-- Reads "ExternalDatabase" once, so once in half a minute. Mappings that do not simply follow are few; they have a partial index.
WITH unsettled AS (
    SELECT m."destinationId", m."mappingId", m."errorBlame", m."errorCode"
    FROM dbsync."ExternalDatabaseMapping" AS m
    WHERE m."state" <> 'following' OR m."errorCode" IS NOT NULL
), unsettled_database AS (
    SELECT u."destinationId", bool_or(u."errorCode" IS NOT NULL) AS failing,
           -- The platform's errors first: they are the ones that wait for us.
           CASE WHEN bool_or(u."errorBlame" = 'platform') THEN 'platform'
                WHEN bool_or(u."errorBlame" = 'operator') THEN 'operator'
                WHEN bool_or(u."errorBlame" = 'destination') THEN 'destination' END AS blame
    FROM unsettled AS u
    JOIN dbsync."ExternalDatabase" AS d ON d."destinationId" = u."destinationId"
    WHERE d."mappings" IS NULL OR u."mappingId" = ANY (d."mappings")
    GROUP BY u."destinationId"
), judged AS (
    SELECT CASE
               WHEN d."paused" OR NOT d."enabled" THEN 'paused'
               WHEN d."errorCode" IS NOT NULL OR u.failing THEN 'error'
               WHEN d."lastSuccessAt" IS NULL OR u."destinationId" IS NOT NULL THEN 'pending'
               ELSE 'ok'
           END AS state,
           coalesce(d."errorBlame", u.blame) AS blame
    FROM dbsync."ExternalDatabase" AS d
    LEFT JOIN unsettled_database AS u ON u."destinationId" = d."destinationId"
)
SELECT j.state, CASE WHEN j.state = 'error' THEN j.blame ELSE 'none' END AS blame, count(*) AS entries
FROM judged AS j
GROUP BY 1, 2
UNION ALL
SELECT 'quarantined', 'none', count(*)
FROM dbsync."QuarantinedRow";
