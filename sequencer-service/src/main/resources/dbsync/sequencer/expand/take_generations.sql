-- Capture generations whose tenancies have not been enqueued yet. Locked, so that one replica does it.
SELECT "id" FROM dbsync."CaptureGeneration" WHERE "announcedAt" IS NULL ORDER BY "id" FOR UPDATE SKIP LOCKED;
