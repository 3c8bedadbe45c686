package dev.dbsync.scenarios;

import static org.awaitility.Awaitility.await;
import static org.awaitility.pollinterval.IterativePollInterval.iterative;

import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;
import org.awaitility.pollinterval.PollInterval;

/**
 * Waits for what must become true, looking often at first and then less, since every look takes from what is waited for, and giving slow
 * machines time.
 */
final class Eventually {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);
    private static final PollInterval POLL = iterative(Eventually::longer, Duration.ofMillis(20));
    private static final Duration STEADY_POLL = Duration.ofMillis(50);

    private Eventually() {}

    /** Returns as soon as the assertion passes; a table that is not there yet counts as not yet. */
    static void holds(ThrowingRunnable assertion) {
        holdsWithin(LONGEST, assertion);
    }

    /** Likewise, for what takes its time. */
    static void holdsWithin(Duration longest, ThrowingRunnable assertion) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .atMost(longest)
                .ignoreException(IllegalStateException.class)
                .untilAsserted(assertion);
    }

    /** Fails as soon as the assertion does, and returns after this time if it never did. */
    static void staysTrueFor(Duration time, ThrowingRunnable assertion) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(STEADY_POLL)
                .during(time)
                .atMost(time.plusSeconds(1))
                .failFast(assertion)
                .until(() -> true);
    }

    /** Returns after this time, for what is promised to have happened by then. */
    static void passed(Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
    }

    private static Duration longer(Duration pause) {
        Duration next = pause.plus(pause.dividedBy(4));
        return next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
    }
}
