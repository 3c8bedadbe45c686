-- Where the pipeline stands, and its counters: all of them this database's, so that every replica sees the same.
-- :bound  entries and requests counted
-- Waiting entries and requests by their partial indexes. Deliveries are the requests that were deleted, which the server's
-- statistics count: no write of ours, and seconds late. A heartbeat now and then is among the deliveries and the entries that wait.
SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS at_millis,
       (SELECT count(*) FROM (SELECT FROM dbsync."ChangedRow" WHERE "shouldUpdateSequenceId" LIMIT :bound) AS c)
           + (SELECT count(*) FROM (SELECT FROM dbsync."DeletedRow" WHERE "shouldUpdateSequenceId" LIMIT :bound) AS d) AS pending,
       (SELECT coalesce(sum("sequencedTotal"), 0)::bigint FROM dbsync."LogStatistics"
        WHERE "tableName" <> 'dbsync.Heartbeat') AS sequenced_total,
       (SELECT count(*) FROM (SELECT FROM dbsync."OutgoingRequest"
                              WHERE "startedFulfillingAt" IS NULL AND "deduplicationKey" <> 'sync-engine:00000000-0000-8000-8000-686561727462'
                              LIMIT :bound) AS counted) AS requests_pending,
       r.in_flight, r.stale, r.retrying,
       pg_stat_get_tuples_deleted('dbsync."OutgoingRequest"'::regclass) AS delivered_total,
       (SELECT coalesce(sum("rowsAppliedTotal"), 0)::bigint FROM dbsync."ExternalDatabaseMapping") AS applied_total
FROM (
    SELECT count(*) FILTER (WHERE c."claimToken" IS NOT NULL AND NOT c.abandoned) AS in_flight,
           count(*) FILTER (WHERE c."claimToken" IS NOT NULL AND c.abandoned) AS stale,
           count(*) FILTER (WHERE c."claimToken" IS NULL) AS retrying
    FROM (SELECT "claimToken",
                 coalesce("leaseUntil" <= now() OR "renewedAt" < now() - interval '10 seconds', false) AS abandoned
          FROM dbsync."OutgoingRequest"
          WHERE "startedFulfillingAt" IS NOT NULL AND "deduplicationKey" <> 'sync-engine:00000000-0000-8000-8000-686561727462'
          LIMIT :bound) AS c) AS r
