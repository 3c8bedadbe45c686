package dev.dbsync.scenarios.convergence;

import dev.dbsync.scenarios.convergence.Run.Patience;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** Checks one history after another on a cluster, and makes the most of one that fails. */
final class Property {

    /** Above the longest pause of a destination's backoff that a history's faults lead to. */
    private static final Patience PATIENT = new Patience(
            Duration.ofSeconds(Long.getLong("dbsync.convergence.settle-seconds", 120)), Duration.ofSeconds(120));

    /** Enough to see whether a difference is there to stay. */
    private static final Patience SHRINKING = new Patience(Duration.ofSeconds(60), Duration.ofSeconds(5));

    private static final Duration SHRINK = Duration.ofSeconds(Long.getLong("dbsync.convergence.shrink-seconds", 300));
    private static final int REPEATS = Integer.getInteger("dbsync.convergence.shrink-repeats", 3);

    private final Cluster cluster;

    Property(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Plays it; if it fails, prints what was wrong and the smallest history found that fails too. */
    Outcome check(History history) {
        Outcome outcome = played(history, PATIENT);
        if (!outcome.converged()) {
            System.out.printf(
                    "FAILED seed=%d settings=%d%n%s%nFaults:%n",
                    history.seed(), cluster.settings().seed(), outcome.text());
            history.faults().forEach(fault -> System.out.println("  " + fault));
            shrink(history);
        }
        return outcome;
    }

    private void shrink(History history) {
        History smallest = Shrinker.shrink(history, this::failsSometimes, SHRINK);
        System.out.printf(
                "Smallest history that was seen to fail within %s (the same history does not always interleave alike):%n%s%n",
                SHRINK, smallest.text());
    }

    private boolean failsSometimes(History history) {
        for (int i = 0; i < REPEATS; i++) {
            if (!played(history, SHRINKING).converged()) {
                return true;
            }
        }
        return false;
    }

    /** What keeps a run from its end is a failure of it. */
    private Outcome played(History history, Patience patience) {
        try {
            return Run.of(cluster, history, patience);
        } catch (IllegalStateException | UncheckedIOException e) {
            var statistics = new Statistics();
            statistics.history(false);
            return new Outcome(
                    List.of("Could not be played: " + e), List.of("Logs are in " + cluster.logs()), statistics);
        }
    }
}
