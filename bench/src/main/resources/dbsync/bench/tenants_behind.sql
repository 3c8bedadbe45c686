-- Whether a tenancy of these has anything in the log that its destination has not had, or waits to be sequenced.
-- :first, :last  numbers of the tenancies
SELECT EXISTS (SELECT FROM dbsync."ChangedRow" WHERE "shouldUpdateSequenceId")
    OR EXISTS (
        SELECT
        FROM generate_series(:first, :last) AS n
        JOIN dbsync."ExternalDatabase" AS d ON d."tenancyId" = md5('tenant ' || n)::uuid
        JOIN dbsync."ExternalDatabaseMapping" AS m USING ("destinationId")
        WHERE coalesce(m."lastSyncedSequenceId", -1) < (
            SELECT c."sequenceId"
            FROM dbsync."ChangedRow" AS c
            WHERE c."tenancyId" = d."tenancyId" AND c."tableName" = 'ProjectUser' AND c."sequenceId" IS NOT NULL
            ORDER BY c."sequenceId" DESC LIMIT 1))
