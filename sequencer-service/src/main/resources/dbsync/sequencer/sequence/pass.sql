-- One sequencing pass in one round trip: sent as one simple query, these statements are one transaction, which the server
-- ends by itself whatever becomes of us in between.
-- :timeout_millis  longest a statement, a wait for a lock and a pause within the transaction may last
-- :batch_size      entries of each log
-- :sequencer       this process
-- :known_epoch, :known_last_id  what it remembers of its last pass, or null
-- :full_sweep      also look below the low water
-- :lease_millis    how long the others stand by after it
-- READ COMMITTED whatever the role's default: the function relies on a new snapshot after it got its lock.
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = :timeout_millis;
SET LOCAL lock_timeout = :timeout_millis;
SET LOCAL idle_in_transaction_session_timeout = :timeout_millis;
SELECT outcome, sequenced, merged, enqueued, more, expansions, current_epoch, last_sequence_id
FROM dbsync.backfill_null_sequence_ids(
    :batch_size, :sequencer, :known_epoch, :known_last_id, :full_sweep, :lease_millis * interval '1 millisecond');
