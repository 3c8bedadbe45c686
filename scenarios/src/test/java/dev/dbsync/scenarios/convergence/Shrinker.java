package dev.dbsync.scenarios.convergence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Looks for a smaller history that still fails, by leaving out ever smaller parts: faults, then whole writers, then their
 * transactions. What counts as failing is asked several times by whoever passes {@code fails}, since no two runs are alike.
 */
final class Shrinker {

    private final Predicate<History> fails;
    private final long deadline;
    private History smallest;
    private int tries;

    private Shrinker(History history, Predicate<History> fails, Duration time) {
        this.smallest = history;
        this.fails = fails;
        this.deadline = System.nanoTime() + time.toNanos();
    }

    /** @return the smallest that was found within the time; the history itself if nothing could be left out */
    static History shrink(History history, Predicate<History> fails, Duration time) {
        var shrinker = new Shrinker(history, fails, time);
        History before;
        do {
            before = shrinker.smallest;
            shrinker.leaveOut(History::faults, History::withFaults);
            shrinker.leaveOut(History::writers, History::withWriters);
            for (int writer = 0; writer < shrinker.smallest.writers().size(); writer++) {
                shrinker.leaveOutOfWriter(writer);
            }
            shrinker.leaveOut(History::before, History::withBefore);
        } while (shrinker.smallest != before && shrinker.hasTime());
        System.out.printf("Shrunken in %d tries%n", shrinker.tries);
        return shrinker.smallest;
    }

    private interface With<T> {
        History with(History history, List<T> some);
    }

    private void leaveOutOfWriter(int writer) {
        leaveOut(history -> history.writers().get(writer), (history, some) -> {
            var writers = new ArrayList<>(history.writers());
            writers.set(writer, some);
            return history.withWriters(List.copyOf(writers));
        });
    }

    /** Halves first, then quarters, down to single ones. */
    private <T> void leaveOut(Function<History, List<T>> part, With<T> with) {
        int size = Math.max(1, part.apply(smallest).size());
        while (size >= 1 && hasTime()) {
            for (int from = 0; from < part.apply(smallest).size() && hasTime(); ) {
                List<T> all = part.apply(smallest);
                var some = new ArrayList<>(all.subList(0, from));
                some.addAll(all.subList(Math.min(all.size(), from + size), all.size()));
                if (!attempt(with.with(smallest, List.copyOf(some)))) {
                    from += size;
                }
            }
            size /= 2;
        }
    }

    private boolean attempt(History candidate) {
        tries++;
        if (!fails.test(candidate)) {
            return false;
        }
        smallest = candidate;
        return true;
    }

    private boolean hasTime() {
        return System.nanoTime() < deadline;
    }
}
