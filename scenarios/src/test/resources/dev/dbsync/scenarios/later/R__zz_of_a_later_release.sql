-- A function as a later release might have it.
CREATE OR REPLACE FUNCTION enqueue_tenant_sync(tenancy uuid) RETURNS void
    LANGUAGE sql
    SET search_path = dbsync, pg_temp
AS $$
    SELECT enqueue_tenant_syncs(ARRAY[tenancy]) /* of a later release */;
$$;
