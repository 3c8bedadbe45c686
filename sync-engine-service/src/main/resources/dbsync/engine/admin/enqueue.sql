-- Enqueue a tenancy and wake the poller, once this transaction has committed.
-- :tenancy
SELECT dbsync.enqueue_tenant_sync(:tenancy), pg_notify('dbsync_outgoing_request', '')
