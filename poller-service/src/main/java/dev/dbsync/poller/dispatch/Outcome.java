package dev.dbsync.poller.dispatch;

import java.time.Duration;
import java.util.Optional;

/** What became of a delivery. */
public sealed interface Outcome {

    /** The receiver has taken it over. */
    record Delivered() implements Outcome {}

    /**
     * It must be delivered again.
     *
     * @param after what the receiver asked for, if it did; not negative
     * @param reason for the operator
     */
    record Retry(Optional<Duration> after, String reason) implements Outcome {

        static Retry because(String reason) {
            return new Retry(Optional.empty(), reason);
        }
    }
}
