package dev.dbsync.engine.dashboard;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Slows down who guesses: from the fifth wrong token on an address waits, twice as long each time, up to a minute. Every replica
 * keeps count for itself. Thread-safe.
 */
@ApplicationScoped
class SignInThrottle {

    private static final int FREE_ATTEMPTS = 5;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);
    private static final int MOST_ADDRESSES = 10_000;

    private final Clock clock;
    private final Map<String, Failures> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    SignInThrottle(Clock clock) {
        this.clock = clock;
    }

    private record Failures(int count, Instant last) {

        Instant waitUntil() {
            int doublings = Math.min(count - FREE_ATTEMPTS, 6);
            Duration wait = doublings < 0 ? Duration.ZERO : Duration.ofSeconds(1L << doublings);
            return last.plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
        }
    }

    /** How long the address has to wait; empty if it may try now. */
    synchronized Optional<Duration> waitOf(String address) {
        Failures failures = byAddress.get(address);
        Instant now = clock.instant();
        return failures == null || !now.isBefore(failures.waitUntil())
                ? Optional.empty()
                : Optional.of(Duration.between(now, failures.waitUntil()));
    }

    synchronized void failed(String address) {
        Instant now = clock.instant();
        byAddress.merge(
                address,
                new Failures(1, now),
                (before, first) -> before.last().plus(FORGOTTEN_AFTER).isBefore(now)
                        ? first
                        : new Failures(Math.min(before.count() + 1, 1000), now));
    }

    synchronized void succeeded(String address) {
        byAddress.remove(address);
    }
}
