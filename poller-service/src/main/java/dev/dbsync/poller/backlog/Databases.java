package dev.dbsync.poller.backlog;

import java.util.Map;

/**
 * External databases by state, and what is in quarantine.
 *
 * @param counts for those that there are any of
 */
record Databases(Map<Kind, Long> counts, long quarantinedRows) {

    /**
     * A state, and for {@code error} whose it is.
     *
     * @param blame {@code none} with every other state
     */
    record Kind(String state, String blame) {}

    long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** How many could be behind: paused ones are not. */
    long running() {
        return counts.entrySet().stream()
                .filter(entry -> !entry.getKey().state().equals("paused"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
