-- Give claims up without blame, because this poller stops: they are due at once, for any poller.
--   :ids, :tokens  the claims, two arrays of one length; those no longer current are left alone (invariant 7)
-- Index: the primary key.
UPDATE dbsync."OutgoingRequest" AS r
SET "claimToken" = NULL,
    "leaseUntil" = now(),
    "renewedAt"  = NULL
FROM unnest(:ids::uuid[], :tokens::uuid[]) AS held (id, token)
WHERE r."id" = held.id AND r."claimToken" = held.token;
