package dev.dbsync.engine.sync;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Room for destinations at work. Those that are failing or were never reached share a lane of their own: they may hang until a
 * time-out, and must not take the room of the others (invariant 6). A quarter of that lane is kept for those that were never
 * tried, so that a new tenancy need not wait for servers that are known to hang. Thread-safe.
 */
final class Lanes {

    private final Semaphore proven;
    private final Semaphore unproven;

    /** What the failing may take of the lane of the unproven. */
    private final Semaphore failing;

    private final Duration patience;

    Lanes(int provenPlaces, int unprovenPlaces, Duration patience) {
        this.proven = new Semaphore(provenPlaces, true);
        this.unproven = new Semaphore(unprovenPlaces, true);
        this.failing = new Semaphore(Math.max(1, unprovenPlaces - (unprovenPlaces + 3) / 4), true);
        this.patience = patience;
    }

    /** What is known of a destination before it is run. */
    enum Standing {
        /** It was reached, and is not failing. */
        PROVEN,
        /** It was not tried yet, or not since it was edited. */
        UNTRIED,
        /** Its last attempt failed. */
        FAILING
    }

    /** A place in a lane; closing it twice is harmless. Not thread-safe. */
    final class Place implements AutoCloseable {

        private List<Semaphore> held;

        private Place(List<Semaphore> held) {
            this.held = held;
        }

        /**
         * Leaves the lane of the unproven for the other one.
         *
         * @return false if there was no room there in time; then no place is held at all
         */
        boolean proven() throws InterruptedException {
            if (held.contains(proven)) {
                return true;
            }
            close();
            if (isRoomForProven()) {
                held = List.of(proven);
                return true;
            }
            return false;
        }

        @Override
        public void close() {
            held.forEach(Semaphore::release);
            held = List.of();
        }
    }

    /**
     * A place, or null if there was none in time. The unproven do not wait at all: while they did, the deliveries that brought
     * them would take up a poller's slots, and with them the ones of everybody else.
     */
    Place enter(Standing standing) throws InterruptedException {
        return switch (standing) {
            case PROVEN -> isRoomForProven() ? new Place(List.of(proven)) : null;
            case UNTRIED -> unproven.tryAcquire() ? new Place(List.of(unproven)) : null;
            case FAILING -> enterFailing();
        };
    }

    private Place enterFailing() {
        if (!failing.tryAcquire()) {
            return null;
        }
        if (!unproven.tryAcquire()) {
            failing.release();
            return null;
        }
        return new Place(List.of(unproven, failing));
    }

    private boolean isRoomForProven() throws InterruptedException {
        return proven.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
