-- Whether the sequencer has anything left to do.
SELECT EXISTS (SELECT FROM dbsync."ChangedRow" WHERE "shouldUpdateSequenceId")
    OR EXISTS (SELECT FROM dbsync."DeletedRow" WHERE "shouldUpdateSequenceId")
    OR EXISTS (SELECT FROM dbsync."PendingExpansion")
