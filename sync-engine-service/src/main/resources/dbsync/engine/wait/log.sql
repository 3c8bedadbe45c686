-- How far some transactions, and what they wrote into the logs, are; all of one snapshot.
-- :waiters, :tenancies, :transactions   parallel arrays: who asks, of which tenancy, about which transaction
-- :expansions, :changed, :deleted       parallel arrays: the highest ids of entries that each of them waits for
-- A transaction that has ended in this snapshot shows all it wrote here: as entries without an id yet, which are not above the
-- newest of these, or as what a pass has made of them.
-- "moved": this is another server or timeline than the last pass saw; what it lost is known with the next one.
-- Probes of PendingExpansion's primary key and of the indexes on what a tenancy has pending.
SELECT w.n,
       s."sequencerEnabled" AS sequencer_enabled,
       place.moved,
       (SELECT h."history" FROM dbsync."SourceHistory" AS h ORDER BY h."ordinal" DESC LIMIT 1) AS history,
       pg_visible_in_snapshot(w.id::xid8, pg_current_snapshot()) AS ended,
       dbsync.transaction_state(w.id::xid8) AS state,
       coalesce((SELECT max(p."id") FROM dbsync."PendingExpansion" AS p), 0) AS newest_expansion,
       EXISTS (SELECT FROM dbsync."PendingExpansion" AS p WHERE p."id" <= w.expansions) AS expanding,
       coalesce((SELECT c."id" FROM dbsync."ChangedRow" AS c
                 WHERE c."shouldUpdateSequenceId" AND c."tenancyId" = w.tenancy
                 ORDER BY c."tenancyId" DESC, c."id" DESC LIMIT 1), 0) AS newest_changed,
       coalesce((SELECT d."id" FROM dbsync."DeletedRow" AS d
                 WHERE d."shouldUpdateSequenceId" AND d."tenancyId" = w.tenancy
                 ORDER BY d."tenancyId" DESC, d."id" DESC LIMIT 1), 0) AS newest_deleted,
       EXISTS (SELECT FROM dbsync."ChangedRow" AS c
               WHERE c."shouldUpdateSequenceId" AND c."tenancyId" = w.tenancy AND c."id" <= w.changed)
           OR EXISTS (SELECT FROM dbsync."DeletedRow" AS d
               WHERE d."shouldUpdateSequenceId" AND d."tenancyId" = w.tenancy AND d."id" <= w.deleted) AS sequencing
FROM unnest(:waiters::integer[], :tenancies::uuid[], :transactions::text[], :expansions::bigint[], :changed::bigint[],
            :deleted::bigint[]) AS w (n, tenancy, id, expansions, changed, deleted)
CROSS JOIN dbsync."ExternalDbSyncMetadata" AS s
CROSS JOIN (SELECT q."place" IS NOT NULL AND coalesce(dbsync.current_place(), q."place") IS DISTINCT FROM q."place" AS moved
            FROM dbsync."SequencerState" AS q) AS place
