package dev.dbsync.engine.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {

    private final Watch watch = new Watch();
    private final SignInThrottle throttle = new SignInThrottle(watch);

    @Test
    void aFewMistypedTokensCostNothing() {
        fail(4);

        assertThat(throttle.waitOf("here")).isEmpty();
    }

    @Test
    void furtherOnesWaitTwiceAsLongEachTimeUpToAMinute() {
        fail(5);
        assertThat(throttle.waitOf("here")).contains(Duration.ofSeconds(1));
        fail(1);
        assertThat(throttle.waitOf("here")).contains(Duration.ofSeconds(2));
        fail(20);
        assertThat(throttle.waitOf("here")).contains(Duration.ofMinutes(1));
        assertThat(throttle.waitOf("elsewhere")).isEmpty();

        watch.now = watch.now.plusSeconds(60);
        assertThat(throttle.waitOf("here")).isEmpty();
    }

    @Test
    void theRightTokenOrTimeMakesUpForIt() {
        fail(10);
        watch.now = watch.now.plus(Duration.ofMinutes(16));
        fail(4);
        assertThat(throttle.waitOf("here")).isEmpty();

        fail(3);
        throttle.succeeded("here");
        assertThat(throttle.waitOf("here")).isEmpty();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed("here");
        }
    }

    private static final class Watch extends Clock {

        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
