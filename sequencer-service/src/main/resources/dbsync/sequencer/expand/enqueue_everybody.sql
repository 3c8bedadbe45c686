-- Enqueue every tenancy that has an active external database, in the one order in which requests are locked.
SELECT count(dbsync.enqueue_tenant_sync(t."tenancyId"))
FROM (
    SELECT DISTINCT "tenancyId" FROM dbsync."ExternalDatabase" WHERE "enabled" AND NOT "paused" ORDER BY "tenancyId"
) AS t;
