-- One sequencing pass. One statement, so one round trip and one transaction, which the server ends by itself whatever becomes of
-- us meanwhile; its time-outs and READ COMMITTED are set when the connection is made.
-- :batch_size      entries of each log
-- :sequencer       this process
-- :known_epoch, :known_last_id  what it remembers of its last pass, or null
-- :full_sweep      also look below the low water
-- :lease_millis    how long the others stand by after it
SELECT outcome, sequenced, merged, enqueued, more, expansions, current_epoch, last_sequence_id
FROM dbsync.backfill_null_sequence_ids(
    :batch_size::integer,
    :sequencer::uuid,
    :known_epoch::uuid,
    :known_last_id::bigint,
    :full_sweep::boolean,
    :lease_millis::bigint * interval '1 millisecond');
