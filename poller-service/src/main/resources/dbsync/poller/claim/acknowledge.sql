-- Delete requests that were delivered. Returns the tokens of those that were.
--   :ids, :tokens  the claims, two arrays of one length; of one that is no longer current another poller holds the request, and
--                  nothing happens to it (invariant 7)
-- Index: the primary key. Rows are locked in its order, as renewals do, so that the two never wait for each other in a circle.
WITH held AS MATERIALIZED (
    SELECT r."id"
    FROM dbsync."OutgoingRequest" AS r
    JOIN unnest(:ids::uuid[], :tokens::uuid[]) AS h (id, token) ON r."id" = h.id AND r."claimToken" = h.token
    ORDER BY r."id"
    FOR UPDATE OF r
)
DELETE FROM dbsync."OutgoingRequest" AS r
USING held
WHERE r."id" = held."id"
RETURNING r."claimToken";
