-- Delete a request that was delivered.
--   :id, :token  the claim; if it is no longer current, another poller holds the request and nothing happens (invariant 7)
-- Index: the primary key.
DELETE FROM dbsync."OutgoingRequest"
WHERE "id" = :id::uuid AND "claimToken" = :token::uuid;
