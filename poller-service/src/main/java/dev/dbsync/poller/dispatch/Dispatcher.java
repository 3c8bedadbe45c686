package dev.dbsync.poller.dispatch;

import io.smallrye.mutiny.Uni;

/** A transport. Thread-safe. */
public interface Dispatcher {

    /** Delivers within a bounded time. Whatever goes wrong on the way is an outcome, not a failure. */
    Uni<Outcome> dispatch(Delivery delivery);
}
