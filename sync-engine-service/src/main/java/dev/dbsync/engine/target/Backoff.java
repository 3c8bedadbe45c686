package dev.dbsync.engine.target;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** When a failing target is tried again: exponentially later, with jitter, and never later than five minutes. Pure. */
public final class Backoff {

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private Backoff() {}

    /**
     * The pause before the next attempt.
     *
     * @param attempts how often it failed in a row, 1 after the first failure
     * @param pace {@code SOON}: anywhere up to 1 s, 2 s, 4 s …; {@code LATER}: in the later half of 30 s, 60 s …
     */
    public static Duration next(int attempts, TargetFault.Pace pace, RandomGenerator random) {
        Duration first = pace == TargetFault.Pace.SOON ? SOON : LATER;
        long ceiling = Math.min(LONGEST.toMillis(), first.toMillis() << Math.min(Math.max(attempts, 1) - 1, 20));
        long floor = pace == TargetFault.Pace.SOON ? SHORTEST.toMillis() : ceiling / 2;
        return Duration.ofMillis(random.nextLong(floor, ceiling + 1));
    }
}
