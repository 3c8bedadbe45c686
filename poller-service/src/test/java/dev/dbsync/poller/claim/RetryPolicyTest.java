package dev.dbsync.poller.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private static final double ALMOST_ONE = 0.999_999;

    private final RetryPolicy policy =
            new RetryPolicy(Duration.ofMillis(200), Duration.ofSeconds(15), Duration.ofMinutes(5));

    @Test
    void theUpperBoundDoublesWithEachFailureUpToTheCap() {
        assertThat(longest(0)).isBetween(Duration.ofMillis(199), Duration.ofMillis(200));
        assertThat(longest(1)).isBetween(Duration.ofMillis(399), Duration.ofMillis(400));
        assertThat(longest(6)).isBetween(Duration.ofMillis(12_799), Duration.ofMillis(12_800));
        assertThat(longest(7)).isBetween(Duration.ofMillis(14_999), Duration.ofSeconds(15));
        assertThat(longest(1_000_000)).isBetween(Duration.ofMillis(14_999), Duration.ofSeconds(15));
    }

    @Test
    void thePauseIsAnythingBetweenNothingAndTheBound() {
        assertThat(policy.delay(3, Optional.empty(), 0)).isZero();
        assertThat(policy.delay(3, Optional.empty(), 0.5)).isEqualTo(Duration.ofMillis(800));
    }

    @Test
    void aLongerWishOfTheReceiverIsHonouredUpToItsCap() {
        assertThat(policy.delay(0, Optional.of(Duration.ofSeconds(30)), 0.5)).isEqualTo(Duration.ofSeconds(30));
        assertThat(policy.delay(0, Optional.of(Duration.ofDays(1)), 0.5)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void aShorterWishDoesNotShortenTheBackoff() {
        assertThat(policy.delay(7, Optional.of(Duration.ofSeconds(1)), 0.5)).isEqualTo(Duration.ofMillis(7500));
    }

    private Duration longest(int failures) {
        return policy.delay(failures, Optional.empty(), ALMOST_ONE);
    }
}
