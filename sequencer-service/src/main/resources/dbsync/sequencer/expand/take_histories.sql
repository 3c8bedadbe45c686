-- Histories of the source whose tenancies have not been enqueued yet. Locked, so that one replica does it.
SELECT "ordinal" AS id FROM dbsync."SourceHistory" WHERE "announcedAt" IS NULL ORDER BY "ordinal" FOR UPDATE SKIP LOCKED;
