-- What waits: outgoing requests by state as the status counts them, the age of the oldest, and the age of the oldest log entry that no
-- sequencer has seen to. A heartbeat is not among them; it has figures of its own.
-- There are at most two requests for each tenancy. Indexes: ChangedRow_pending and DeletedRow_pending.
WITH requests AS (
    SELECT r."createdAt", r."startedFulfillingAt" IS NULL AS pending, r."claimToken" IS NOT NULL AS held,
           coalesce(r."leaseUntil" <= now() OR r."renewedAt" < now() - interval '10 seconds', false) AS abandoned
    FROM dbsync."OutgoingRequest" AS r
    WHERE r."deduplicationKey" <> 'sync-engine:00000000-0000-8000-8000-686561727462'
), unsequenced AS (
    SELECT least(
        (SELECT c."changedAt" FROM dbsync."ChangedRow" AS c
         WHERE c."shouldUpdateSequenceId" AND c."tenancyId" <> '00000000-0000-8000-8000-686561727462'
         ORDER BY c."id" LIMIT 1),
        (SELECT d."deletedAt" FROM dbsync."DeletedRow" AS d WHERE d."shouldUpdateSequenceId" ORDER BY d."id" LIMIT 1)) AS oldest
)
SELECT count(*) FILTER (WHERE requests.pending) AS pending,
       count(*) FILTER (WHERE requests.held AND NOT requests.abandoned) AS claimed,
       count(*) FILTER (WHERE requests.held AND requests.abandoned) AS stale,
       count(*) FILTER (WHERE NOT requests.pending AND NOT requests.held) AS retrying,
       coalesce(greatest(extract(epoch FROM now() - min(requests."createdAt")), 0), 0)::double precision AS oldest_seconds,
       (SELECT coalesce(greatest(extract(epoch FROM clock_timestamp() - unsequenced.oldest), 0), 0)
        FROM unsequenced)::double precision AS unsequenced_seconds
FROM requests;
