-- The run stopped before the end: somebody must come back. Atomic with the wake-up of the poller.
-- :tenancy
SELECT dbsync.enqueue_tenant_sync(:tenancy), pg_notify('dbsync_outgoing_request', '');
