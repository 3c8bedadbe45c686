-- The outgoing requests of all tenancies, by state: pending, in flight (claimed and renewed), stale (claimed by a poller
-- that no longer renews), retrying (failed, waiting for its next attempt).
-- :bound  requests counted of the pending and of the others
-- The partial indexes on pending and on claimed requests. A heartbeat's request is none of a tenancy's.
WITH pending AS (
    SELECT (SELECT count(*) FROM (SELECT FROM dbsync."OutgoingRequest"
                                  WHERE "startedFulfillingAt" IS NULL AND "deduplicationKey" <> 'sync-engine:00000000-0000-8000-8000-686561727462'
                                  LIMIT :bound) AS counted) AS entries,
           (SELECT min("createdAt") FROM dbsync."OutgoingRequest"
            WHERE "startedFulfillingAt" IS NULL AND "deduplicationKey" <> 'sync-engine:00000000-0000-8000-8000-686561727462') AS oldest,
           (SELECT max("createdAt") FROM dbsync."OutgoingRequest"
            WHERE "startedFulfillingAt" IS NULL AND "deduplicationKey" <> 'sync-engine:00000000-0000-8000-8000-686561727462') AS newest
), claimed AS (
    SELECT count(*) FILTER (WHERE r."claimToken" IS NOT NULL AND NOT r.abandoned) AS in_flight,
           count(*) FILTER (WHERE r."claimToken" IS NOT NULL AND r.abandoned) AS stale,
           count(*) FILTER (WHERE r."claimToken" IS NULL) AS retrying,
           min(r."createdAt") AS oldest, max(r."createdAt") AS newest
    FROM (SELECT "claimToken", "createdAt",
                 coalesce("leaseUntil" <= now() OR "renewedAt" < now() - interval '10 seconds', false) AS abandoned
          FROM dbsync."OutgoingRequest"
          WHERE "startedFulfillingAt" IS NOT NULL AND "deduplicationKey" <> 'sync-engine:00000000-0000-8000-8000-686561727462'
          LIMIT :bound) AS r
)
SELECT p.entries AS pending, c.in_flight, c.stale, c.retrying,
       (extract(epoch FROM least(p.oldest, c.oldest)) * 1000)::bigint AS oldest_millis,
       (extract(epoch FROM greatest(p.newest, c.newest)) * 1000)::bigint AS newest_millis
FROM pending AS p, claimed AS c
