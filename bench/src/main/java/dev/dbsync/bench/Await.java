package dev.dbsync.bench;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waiting for what is measured, looking often. */
public final class Await {

    private static final Duration GIVE_UP = Duration.ofMinutes(6);

    private Await() {}

    /** Something that is asked again and again. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** @return seconds it took */
    public static double until(String what, Duration pause, Condition condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > GIVE_UP.toNanos()) {
                throw new IllegalStateException("Not within " + GIVE_UP.toMinutes() + " minutes: " + what);
            }
            LockSupport.parkNanos(pause.toNanos());
        }
        return since(start);
    }

    /** Seconds since a moment of {@link System#nanoTime()}. */
    public static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** A pause of random length, so that what follows does not fall into step with somebody's timer. */
    public static void randomPause(Duration longest) {
        long micros = TimeUnit.NANOSECONDS.toMicros(longest.toNanos());
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos((long) (Math.random() * micros)));
    }
}
