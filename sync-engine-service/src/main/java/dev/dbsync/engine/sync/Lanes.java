package dev.dbsync.engine.sync;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Room for destinations at work. Those that are failing or were never reached share a lane of their own: they may hang until a
 * time-out, and must not take the room of the others (invariant 6). Thread-safe.
 */
final class Lanes {

    private final Semaphore proven;
    private final Semaphore unproven;
    private final Duration patience;

    Lanes(int provenPlaces, int unprovenPlaces, Duration patience) {
        this.proven = new Semaphore(provenPlaces, true);
        this.unproven = new Semaphore(unprovenPlaces, true);
        this.patience = patience;
    }

    /** A place in a lane; closing it twice is harmless. Not thread-safe. */
    final class Place implements AutoCloseable {

        private Semaphore held;

        private Place(Semaphore held) {
            this.held = held;
        }

        /**
         * Leaves the lane of the unproven for the other one.
         *
         * @return false if there was no room there in time; then no place is held at all
         */
        boolean proven() throws InterruptedException {
            if (held != unproven) {
                return true;
            }
            close();
            if (proven.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                held = proven;
                return true;
            }
            return false;
        }

        @Override
        public void close() {
            if (held != null) {
                held.release();
                held = null;
            }
        }
    }

    /**
     * A place, or null if there was none in time. The unproven do not wait at all: while they did, the deliveries that brought
     * them would take up a poller's slots, and with them the ones of everybody else.
     */
    Place enter(boolean isProven) throws InterruptedException {
        boolean entered =
                isProven ? proven.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS) : unproven.tryAcquire();
        return entered ? new Place(isProven ? proven : unproven) : null;
    }
}
