package dev.dbsync.engine.sync;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Whose turn it is at each destination: this process holds at most one connection to each. Runs go first: a check that is under way is
 * told to make way, and none begins while a run waits. Thread-safe.
 */
@ApplicationScoped
class Turns {

    /** Guarded by this, as all of it. */
    private final Set<UUID> runs = new HashSet<>();

    private final Set<UUID> checks = new HashSet<>();
    private final Map<UUID, Integer> waitingRuns = new HashMap<>();

    /**
     * Takes the turn for a run.
     *
     * @param patience how long a check may take to make way
     * @return false if another run has it, or a check did not make way in time
     */
    synchronized boolean takeForRun(UUID destination, Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        waitingRuns.merge(destination, 1, Integer::sum);
        try {
            while (checks.contains(destination)) {
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return runs.add(destination);
        } finally {
            waitingRuns.computeIfPresent(destination, (id, waiting) -> waiting == 1 ? null : waiting - 1);
        }
    }

    /** Takes the turn for a check; it never waits. */
    synchronized boolean takeForCheck(UUID destination) {
        return !runs.contains(destination) && !waitingRuns.containsKey(destination) && checks.add(destination);
    }

    /** Whether a run waits for the check that has the turn. */
    synchronized boolean isWaitedFor(UUID destination) {
        return waitingRuns.containsKey(destination);
    }

    synchronized void endRun(UUID destination) {
        runs.remove(destination);
    }

    synchronized void endCheck(UUID destination) {
        checks.remove(destination);
        notifyAll();
    }
}
