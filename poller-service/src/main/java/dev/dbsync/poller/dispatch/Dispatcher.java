package dev.dbsync.poller.dispatch;

import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** A transport. Thread-safe. */
public interface Dispatcher extends AutoCloseable {

    /** Delivers within a bounded time. Whatever goes wrong on the way is an outcome, not a failure. */
    Uni<Outcome> dispatch(Delivery delivery);

    /**
     * How long what counts as delivered may still be on its way to the engine. Zero if the engine itself has answered, and
     * then nothing delivered can get lost any more.
     */
    default Duration onItsWayFor() {
        return Duration.ZERO;
    }

    @Override
    default void close() {}
}
