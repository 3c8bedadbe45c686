-- A pass, as pass.sql has it, whose requests carry its trace on (ADR 24). Only where traces are on.
-- :traceparent     of the pass, in the W3C's form; for this transaction alone. enqueue_tenant_syncs() looks there
-- :batch_size      entries of each log
-- :sequencer       this process
-- :known_epoch, :known_last_id  what it remembers of its last pass, or null
-- :full_sweep      also look below the low water
-- :lease_millis    how long the others stand by after it
SELECT outcome, sequenced, merged, enqueued, more, expansions, current_epoch, last_sequence_id
FROM dbsync.backfill_null_sequence_ids(
    -- An argument, so that it is set before the function begins.
    CASE WHEN set_config('dbsync.traceparent', :traceparent::text, true) IS NOT NULL THEN :batch_size::integer END,
    :sequencer::uuid,
    :known_epoch::uuid,
    :known_last_id::bigint,
    :full_sweep::boolean,
    :lease_millis::bigint * interval '1 millisecond');
