-- How many tenancies the application has: counted as far as :count, and as the planner estimates.
-- :count
-- Only where the table exists.
SELECT (SELECT count(*) FROM (SELECT FROM public."Tenancy" LIMIT :count) AS counted) AS counted,
       (SELECT greatest(c.reltuples::bigint, 0) FROM pg_class AS c WHERE c.oid = 'public."Tenancy"'::regclass) AS estimate
