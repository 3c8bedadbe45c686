-- How many tenancies have an external database.
-- The primary key of "ExternalDatabase".
SELECT count(DISTINCT "tenancyId") AS tenancies FROM dbsync."ExternalDatabase"
