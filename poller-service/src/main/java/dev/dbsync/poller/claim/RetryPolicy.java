package dev.dbsync.poller.claim;

import java.time.Duration;
import java.util.Optional;

/**
 * Decides when a failed delivery is tried again: exponential backoff with full jitter, so that the requests that failed
 * together do not come back together. Pure.
 *
 * @param base upper bound of the first pause
 * @param cap upper bound of every pause
 * @param retryAfterCap the longest wish of the receiver that is honoured
 */
public record RetryPolicy(Duration base, Duration cap, Duration retryAfterCap) {

    private static final int DOUBLINGS = 30;

    /**
     * @param failures how many deliveries have failed before this one
     * @param retryAfter what the receiver asked for, if it did
     * @param random from 0 inclusive to 1 exclusive
     */
    public Duration delay(int failures, Optional<Duration> retryAfter, double random) {
        long bound = Math.min(cap.toMillis(), base.toMillis() << Math.min(failures, DOUBLINGS));
        Duration backoff = Duration.ofMillis((long) (bound * random));
        return retryAfter
                .map(this::honoured)
                .filter(wish -> wish.compareTo(backoff) > 0)
                .orElse(backoff);
    }

    private Duration honoured(Duration wish) {
        return wish.compareTo(retryAfterCap) > 0 ? retryAfterCap : wish;
    }
}
