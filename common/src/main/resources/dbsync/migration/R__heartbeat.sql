-- Where the heartbeat is, and for how long it has been waiting there.
--
--   stage            sequencer, poller or engine: who is to take it further; null while there are to be none
--   waiting_seconds  how long it has been that stage's turn; 0 while nothing is due, and while an operator keeps the stage from working.
--                    Counted from when a switch was last put, if that was later
--   travel_seconds   how long the last one that arrived was on its way; null before the first
--
-- One heartbeat at most is on its way, so where it is can be told from where its entry and its request are. What has neither was handed
-- over to QStash, or lost; it is sent once more when the next is due.
-- The tenancy of the literals is no tenancy: dev.dbsync.common.heartbeat.HeartbeatEntry.
-- Indexes: ChangedRow_pending_by_tenancy, OutgoingRequest_one_pending and _claimed_key.
CREATE OR REPLACE FUNCTION heartbeat_state(
    OUT stage text,
    OUT waiting_seconds double precision,
    OUT travel_seconds double precision)
    LANGUAGE sql STABLE
    SET search_path = dbsync, pg_temp
AS $$
    SELECT place.stage,
           CASE WHEN place.works
                THEN greatest(coalesce(extract(epoch FROM clock_timestamp() - greatest(place.since, place.switched_at)), 0), 0)
                ELSE 0 END,
           extract(epoch FROM place.took)
    FROM (
        SELECT CASE
                   WHEN h."nextBy" IS NULL THEN NULL
                   WHEN h."arrivedBeat" = h."beat" OR e.unsequenced THEN 'sequencer'
                   WHEN p."createdAt" IS NOT NULL THEN 'poller'
                   ELSE 'engine'
               END AS stage,
               CASE
                   WHEN h."nextBy" IS NULL THEN NULL
                   WHEN h."arrivedBeat" = h."beat" THEN h."nextBy"
                   WHEN e.unsequenced THEN h."writtenAt"
                   WHEN p."createdAt" IS NOT NULL THEN p."createdAt"
                   ELSE coalesce(c."startedFulfillingAt", h."writtenAt")
               END AS since,
               CASE
                   WHEN h."arrivedBeat" = h."beat" OR e.unsequenced THEN f."sequencerEnabled"
                   WHEN p."createdAt" IS NOT NULL THEN f."pollerEnabled"
                   ELSE f."syncEngineEnabled" AND f."pollerEnabled"
               END AS works,
               f."updatedAt" AS switched_at,
               h."took" AS took
        FROM "Heartbeat" AS h
        CROSS JOIN "ExternalDbSyncMetadata" AS f
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT FROM "ChangedRow" AS r
                WHERE r."tenancyId" = '00000000-0000-8000-8000-686561727462' AND r."shouldUpdateSequenceId") AS unsequenced) AS e
        LEFT JOIN "OutgoingRequest" AS p
            ON p."deduplicationKey" = 'sync-engine:00000000-0000-8000-8000-686561727462' AND p."startedFulfillingAt" IS NULL
        LEFT JOIN LATERAL (
            SELECT min(r."startedFulfillingAt") AS "startedFulfillingAt"
            FROM "OutgoingRequest" AS r
            WHERE r."deduplicationKey" = 'sync-engine:00000000-0000-8000-8000-686561727462'
              AND r."startedFulfillingAt" IS NOT NULL) AS c ON true
    ) AS place;
$$;
