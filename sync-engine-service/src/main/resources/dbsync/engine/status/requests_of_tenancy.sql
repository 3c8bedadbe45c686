-- The outgoing requests of one tenancy, by state as in requests.sql.
-- :key    its deduplication key
-- :bound  requests counted of the pending and of the others
-- The indexes on the deduplication key of pending and of claimed requests.
WITH pending AS (
    SELECT count(*) AS entries, min(r."createdAt") AS oldest, max(r."createdAt") AS newest
    FROM dbsync."OutgoingRequest" AS r
    WHERE r."startedFulfillingAt" IS NULL AND r."deduplicationKey" = :key
), claimed AS (
    SELECT count(*) FILTER (WHERE r."claimToken" IS NOT NULL AND NOT r.abandoned) AS in_flight,
           count(*) FILTER (WHERE r."claimToken" IS NOT NULL AND r.abandoned) AS stale,
           count(*) FILTER (WHERE r."claimToken" IS NULL) AS retrying,
           min(r."createdAt") AS oldest, max(r."createdAt") AS newest
    FROM (SELECT "claimToken", "createdAt",
                 coalesce("leaseUntil" <= now() OR "renewedAt" < now() - interval '10 seconds', false) AS abandoned
          FROM dbsync."OutgoingRequest"
          WHERE "startedFulfillingAt" IS NOT NULL AND "deduplicationKey" = :key
          LIMIT :bound) AS r
)
SELECT p.entries AS pending, c.in_flight, c.stale, c.retrying,
       (extract(epoch FROM least(p.oldest, c.oldest)) * 1000)::bigint AS oldest_millis,
       (extract(epoch FROM greatest(p.newest, c.newest)) * 1000)::bigint AS newest_millis
FROM pending AS p, claimed AS c
