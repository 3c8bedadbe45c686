-- Keep the claims of deliveries in flight.
--   :ids, :tokens  the claims, two arrays of one length; those no longer current are left alone (invariant 7)
--   :lease_millis  how long they hold from now on
-- Index: the primary key.
UPDATE dbsync."OutgoingRequest" AS r
SET "leaseUntil" = now() + :lease_millis::bigint * interval '1 millisecond',
    "renewedAt"  = now()
FROM unnest(:ids::uuid[], :tokens::uuid[]) AS held (id, token)
WHERE r."id" = held.id AND r."claimToken" = held.token;
