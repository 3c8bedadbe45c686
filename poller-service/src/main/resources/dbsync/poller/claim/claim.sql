-- Claim the requests that have waited longest, one per key; nothing while the fusebox says so.
--   :claim_limit       how many at most
--   :lease_millis      how long the claim holds unless it is renewed
--   :unrenewed_millis  a claim that was not renewed for so long does not keep a newer request of its key waiting
-- Indexes: OutgoingRequest_pending, _lease, _claimed_key and, for a due request's newer one, _one_pending.
--
-- Races closed. SKIP LOCKED passes over what another poller is just claiming, and over a pending request that an open
-- transaction has just enqueued once more (invariant 3). A key whose claimed request is due is entered only through that
-- request's lock, so that two pollers cannot take it and its newer one apart. A due request is deleted only together with
-- the claim of its newer one, which inherits the attempts: a tenancy that changes all the time still backs off.
WITH fusebox AS (
    SELECT "pollerEnabled" AS closed FROM dbsync."ExternalDbSyncMetadata"
), due AS MATERIALIZED (
    SELECT d."id", d."deduplicationKey" AS key, d."attempts", d."leaseUntil" AS since, d."claimToken" IS NOT NULL AS abandoned
    FROM dbsync."OutgoingRequest" AS d
    WHERE (SELECT closed FROM fusebox)
      AND d."startedFulfillingAt" IS NOT NULL
      AND d."leaseUntil" < now()
      AND NOT EXISTS (
          SELECT FROM dbsync."OutgoingRequest" AS o
          WHERE o."deduplicationKey" = d."deduplicationKey"
            AND o."startedFulfillingAt" IS NOT NULL
            AND o."id" <> d."id"
            AND CASE
                WHEN o."leaseUntil" < now() THEN (o."startedFulfillingAt", o."id") < (d."startedFulfillingAt", d."id")
                ELSE o."claimToken" IS NULL OR o."renewedAt" > now() - :unrenewed_millis::bigint * interval '1 millisecond'
            END)
    ORDER BY d."leaseUntil"
    LIMIT :claim_limit::integer
    FOR UPDATE OF d SKIP LOCKED
), newer AS MATERIALIZED (
    SELECT p."id", due."id" AS due_id, due."attempts", due.since, due.abandoned
    FROM due
    JOIN dbsync."OutgoingRequest" AS p ON p."deduplicationKey" = due.key AND p."startedFulfillingAt" IS NULL
    FOR UPDATE OF p SKIP LOCKED
), fresh AS MATERIALIZED (
    SELECT p."id", p."attempts", p."createdAt" AS since
    FROM dbsync."OutgoingRequest" AS p
    WHERE (SELECT closed FROM fusebox)
      AND p."startedFulfillingAt" IS NULL
      AND NOT EXISTS (
          SELECT FROM dbsync."OutgoingRequest" AS o
          WHERE o."deduplicationKey" = p."deduplicationKey"
            AND o."startedFulfillingAt" IS NOT NULL
            AND (o."leaseUntil" < now()
                OR o."claimToken" IS NULL
                OR o."renewedAt" > now() - :unrenewed_millis::bigint * interval '1 millisecond'))
    ORDER BY p."createdAt"
    LIMIT :claim_limit::integer
    FOR UPDATE OF p SKIP LOCKED
), chosen AS MATERIALIZED (
    SELECT "id", NULL::uuid AS replaces, "attempts", since, false AS abandoned FROM fresh
    UNION ALL
    SELECT "id", due_id, "attempts", since, abandoned FROM newer
    UNION ALL
    SELECT "id", NULL, "attempts", since, abandoned
    FROM due
    WHERE NOT EXISTS (
        SELECT FROM dbsync."OutgoingRequest" AS p
        WHERE p."deduplicationKey" = due.key AND p."startedFulfillingAt" IS NULL)
    ORDER BY since
    LIMIT :claim_limit::integer
), replaced AS (
    DELETE FROM dbsync."OutgoingRequest" AS r USING chosen WHERE r."id" = chosen.replaces
)
UPDATE dbsync."OutgoingRequest" AS r
SET "startedFulfillingAt" = coalesce(r."startedFulfillingAt", now()),
    "claimToken"          = gen_random_uuid(),
    "leaseUntil"          = now() + :lease_millis::bigint * interval '1 millisecond',
    "renewedAt"           = now(),
    "attempts"            = chosen."attempts"
FROM chosen
WHERE r."id" = chosen."id"
RETURNING r."id", r."claimToken", r."deduplicationKey", r."qstashOptions", r."attempts", chosen.abandoned;
