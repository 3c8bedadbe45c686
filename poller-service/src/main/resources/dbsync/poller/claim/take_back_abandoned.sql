-- Make claims due whose holder has stopped renewing them long before their lease is over: it was killed, or cut off.
-- A holder that is merely slow finds its token gone and its acknowledgement without effect (invariant 7).
--   :abandoned_millis  how long a claim must not have been renewed
-- Index: OutgoingRequest_lease; it holds the requests in flight and those being retried, no pending one.
UPDATE dbsync."OutgoingRequest"
SET "claimToken" = NULL,
    "leaseUntil" = now(),
    "renewedAt"  = NULL
WHERE "startedFulfillingAt" IS NOT NULL
  AND "claimToken" IS NOT NULL
  AND "renewedAt" < now() - :abandoned_millis::bigint * interval '1 millisecond';
