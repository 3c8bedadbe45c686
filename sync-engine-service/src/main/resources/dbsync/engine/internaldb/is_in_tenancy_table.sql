-- Whether the application knows a tenancy. Only where the table exists.
-- :tenancy
-- Its primary key.
SELECT EXISTS (SELECT FROM public."Tenancy" AS t WHERE t."id" = :tenancy)
