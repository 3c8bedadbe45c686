package dev.dbsync.poller.backlog;

/**
 * Outgoing requests by state.
 *
 * @param stale claimed by a poller that no longer renews its claim
 * @param oldestSeconds the age of the oldest one, 0 if there is none
 * @param unsequencedSeconds the age of the oldest log entry that has no sequence id yet, 0 if all have
 */
record Requests(
        long pending, long claimed, long stale, long retrying, double oldestSeconds, double unsequencedSeconds) {}
