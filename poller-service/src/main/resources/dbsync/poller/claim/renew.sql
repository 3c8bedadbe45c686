-- Keep the claims of deliveries in flight.
--   :ids, :tokens  the claims, two arrays of one length; those no longer current are left alone (invariant 7)
--   :lease_millis  how long they hold from now on
-- Index: the primary key. Rows are locked in its order, as acknowledgements do.
WITH held AS MATERIALIZED (
    SELECT r."id"
    FROM dbsync."OutgoingRequest" AS r
    JOIN unnest(:ids::uuid[], :tokens::uuid[]) AS h (id, token) ON r."id" = h.id AND r."claimToken" = h.token
    ORDER BY r."id"
    FOR UPDATE OF r
)
UPDATE dbsync."OutgoingRequest" AS r
SET "leaseUntil" = now() + :lease_millis::bigint * interval '1 millisecond',
    "renewedAt"  = now()
FROM held
WHERE r."id" = held."id";
