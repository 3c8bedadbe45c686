-- An e-mail is queued in every tenancy, and those queued before are sent; old ones are forgotten.
DELETE FROM "EmailOutbox" WHERE "createdAt" < now() AT TIME ZONE 'UTC' - interval '10 minutes';
UPDATE "EmailOutbox" SET "status" = 'SENT', "simpleStatus" = 'OK', "sentAt" = now() AT TIME ZONE 'UTC' WHERE "sentAt" IS NULL;
INSERT INTO "EmailOutbox" ("tenancyId", "renderedSubject")
SELECT t."id", 'News at ' || to_char(clock_timestamp(), 'HH24:MI:SS') FROM "Tenancy" AS t;
