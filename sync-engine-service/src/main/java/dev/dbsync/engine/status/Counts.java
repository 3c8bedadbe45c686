package dev.dbsync.engine.status;

/** Counts as the status shows them: decimal strings, since JSON's numbers are not everywhere exact. */
final class Counts {

    /** Up to here counts are exact. */
    static final int EXACT = 10_000;

    /** What must be counted to tell an exact count from a larger one. */
    static final int BOUND = EXACT + 1;

    private Counts() {}

    /** A count that ended at some bound above {@code exact}. */
    static String bounded(long count, int exact) {
        return count > exact ? exact + "+" : Long.toString(count);
    }

    /** A count that ended at some bound above {@link #EXACT}. */
    static String bounded(long count) {
        return bounded(count, EXACT);
    }

    /** An id, null where there is none. */
    static String id(Long id) {
        return id == null ? null : Long.toString(id);
    }

    /** The lower of two ids; null where there is neither. */
    static Long lower(Long one, Long other) {
        if (one == null) {
            return other;
        }
        return other == null ? one : Long.valueOf(Math.min(one, other));
    }

    /** The higher of two ids; null where there is neither. */
    static Long higher(Long one, Long other) {
        if (one == null) {
            return other;
        }
        return other == null ? one : Long.valueOf(Math.max(one, other));
    }
}
