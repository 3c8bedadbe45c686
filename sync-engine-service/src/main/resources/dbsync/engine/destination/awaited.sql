-- Whether a request of the tenancy is pending: it is not claimed while another one of it is being delivered.
-- :tenancy
-- "OutgoingRequest_one_pending".
SELECT EXISTS (
    SELECT FROM dbsync."OutgoingRequest" AS r
    WHERE r."deduplicationKey" = 'sync-engine:' || :tenancy::uuid AND r."startedFulfillingAt" IS NULL);
