-- Histories of the source whose tenancies have not been told.
SELECT "ordinal" AS id FROM dbsync."SourceHistory" WHERE "announcedAt" IS NULL ORDER BY "ordinal" FOR UPDATE SKIP LOCKED;
