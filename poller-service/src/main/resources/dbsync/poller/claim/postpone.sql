-- Give a claim up after a failed delivery: the request is due again after a while, and stays claimed until then, so that a
-- pending one of its key is always a newer wake-up.
--   :id, :token    the claim; if it is no longer current, nothing happens (invariant 7)
--   :delay_millis  until the next attempt
--   :error         why, for the operator
-- Index: the primary key.
UPDATE dbsync."OutgoingRequest"
SET "claimToken" = NULL,
    "leaseUntil" = now() + :delay_millis::bigint * interval '1 millisecond',
    "renewedAt"  = NULL,
    "attempts"   = "attempts" + 1,
    "lastError"  = left(:error::text, 500)
WHERE "id" = :id::uuid AND "claimToken" = :token::uuid;
