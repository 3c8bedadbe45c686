-- Whether the application has the reference schema's table of tenancies; another application need not.
SELECT to_regclass('public."Tenancy"') IS NOT NULL
