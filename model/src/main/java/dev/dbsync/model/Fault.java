package dev.dbsync.model;

/** What may go wrong in a schedule, beside any order of steps. */
public enum Fault {
    /** A process dies, a connection is cut, an answer (also to a commit) is lost, at any step. */
    CRASH,
    /** A delivery arrives once more, whenever. */
    DUPLICATE_DELIVERY,
    /** The application truncates its table. */
    TRUNCATE,
    /** An operator pauses and resumes a database. */
    PAUSE,
    /** Entries are purged whoever needs them, as after the retention. */
    RETENTION,
    /** The tenant truncates or drops the synced table. */
    TARGET_TAMPERED,
    /** The target goes back to an earlier state. */
    TARGET_RESTORED,
    /** The internal database goes back to an earlier state, from which every target that saw more is known by its watermark. */
    SOURCE_RESTORED,
    /** The internal database loses its newest commits, whoever has read them. */
    FAILOVER_LOSES_TAIL,
    /** A commit is in the internal database's log, and so survives, some time before others can see it. */
    LATE_VISIBILITY
}
