package dev.dbsync.model;

/** What the protocol relies on, one by one. Switched off, the model does what one would do without having thought of it. */
public enum Safeguard {
    /** A trigger never skips an entry because one of the key is waiting (invariant 1). */
    CAPTURE_NEVER_SKIPS,
    /** Sequencing passes never overlap (invariant 2). */
    SEQUENCING_LOCK,
    /** The low water moves only once nobody who may have taken an earlier log id is running (invariant 2). */
    LOW_WATER_WAITS_FOR_XMIN,
    /** That "nobody" is judged by an id the pass gets after it has read the newest log ids (invariant 2). */
    LOW_WATER_XID_TAKEN_AFTERWARDS,
    /** Ids and requests are one transaction (invariant 3). */
    ENQUEUE_IN_THE_SAME_TRANSACTION,
    /** Enqueueing onto a pending request locks it until commit (invariant 3). */
    LOCKED_ENQUEUE,
    /** A claimed request never becomes pending again (invariant 3). */
    RECLAIM_IN_PLACE,
    /** The position is locked before the source is read, and until both are written (invariant 4). */
    POSITION_LOCK,
    /** What was read ahead counts only while the position's row is the version it was read behind (invariant 4). */
    READ_AHEAD_FENCE,
    /** Rows and position are one transaction (invariant 4). */
    ROWS_AND_POSITION_TOGETHER,
    /** The log and the rows it leads to are read in one snapshot (invariant 5). */
    ONE_SNAPSHOT,
    /** Every target key is looked up among the live rows before it is deleted (invariant 5). */
    LIVE_ROW_BEATS_TOMBSTONE,
    /** What a run stands in for is still owed until the run has read it (invariant 6). */
    DEBT_OUTLIVES_ITS_RUN,
    /** A claim is changed only by whoever holds its token (invariant 7). */
    LEASE_TOKEN,
    /** Rows are read by tenancy (invariant 8). */
    TENANCY_IN_EVERY_QUERY,
    /** A watermark counts only within an epoch the source knows (invariant 9). */
    EPOCH_CHECK,
    /** A pass that remembers something else than is stored begins a new epoch (invariant 9). */
    EPOCH_COMPARE_AND_SET,
    /** A copy of an older capture generation is taken again (invariant 9). */
    CAPTURE_GENERATION,
    /** A copy into a table that was dropped or truncated since is taken again (invariant 9). */
    TABLE_IDENTITY,
    /** What the table is, is looked up again once the position is locked (invariant 9). */
    TABLE_LOOKED_AT_UNDER_THE_LOCK,
    /** A position that read what a failover has lost is not trusted (invariant 9). */
    HISTORY_TICK,
    /** A new history of the source wakes every tenancy (invariant 9). */
    HISTORY_WAKES_EVERYBODY,
    /** A copy notes the newest id before it reads any row (invariant 10). */
    START_ID_BEFORE_ROWS,
    /** A copy is announced before its start id is read (invariant 10). */
    COPY_ANNOUNCED_BEFORE_START_ID,
    /** A watermark below what was purged is not followed (invariant 10). */
    PURGE_FLOOR_CHECK,
    /** A verification reads the source behind the position's lock (invariant 11). */
    VERIFICATION_READS_BEHIND_THE_LOCK,
    /** What an entry of the log still is to bring is no difference (invariant 11). */
    VERIFICATION_KNOWS_WHAT_IS_UNDER_WAY,
    /** A verification keeps the source from being truncated between its facts and its rows (invariant 11). */
    VERIFICATION_LOCKS_THE_SOURCE,
    /** What is to be repaired is written down before it is (invariant 11). */
    OWED_BEFORE_REPAIRED,
    /** A repair reads the source behind the position's lock (invariants 4 and 11). */
    REPAIR_READS_BEHIND_THE_LOCK,
    /** A repair leaves a position alone that is not trusted, lest it vouch for it (invariants 9 and 11). */
    REPAIR_OF_TRUSTED_POSITIONS_ONLY,
    /** A request for a resync is met with its id in the target, by the commit that begins the copy (invariant 12). */
    RESYNC_ID_WITH_THE_COPY,
    /** A copy leaves the rows that are there until it has come to them (invariant 12). */
    COPY_LEAVES_ROWS,
    /** A copy over rows looks for those that the source no longer has, at its end (invariant 12). */
    COPY_IS_SWEPT
}
