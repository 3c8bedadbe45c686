-- Whether a destination still exists.
-- :destination
SELECT EXISTS (SELECT FROM dbsync."ExternalDatabase" AS x WHERE x."destinationId" = :destination);
