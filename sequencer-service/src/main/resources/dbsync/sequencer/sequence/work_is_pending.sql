-- Is there anything that the leader, whoever it is, has still to do? Reads the partial indexes on what is pending, from the
-- low water on.
SELECT EXISTS (SELECT FROM dbsync."ChangedRow" WHERE "shouldUpdateSequenceId" AND "id" >= s."changedLowWater")
    OR EXISTS (SELECT FROM dbsync."DeletedRow" WHERE "shouldUpdateSequenceId" AND "id" >= s."deletedLowWater")
    OR EXISTS (SELECT FROM dbsync."CaptureGeneration" WHERE "announcedAt" IS NULL)
    OR EXISTS (SELECT FROM dbsync."SourceHistory" WHERE "announcedAt" IS NULL) AS pending
FROM dbsync."SequencerState" AS s;
