package dev.dbsync.poller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void readsSeconds() {
        assertThat(RetryAfter.parse(" 120 ", NOW)).contains(Duration.ofMinutes(2));
        assertThat(RetryAfter.parse("0", NOW)).contains(Duration.ZERO);
    }

    @Test
    void readsADate() {
        assertThat(RetryAfter.parse("Tue, 01 Jan 2030 00:00:30 GMT", NOW)).contains(Duration.ofSeconds(30));
    }

    @Test
    void aDateThatIsOverMeansNow() {
        assertThat(RetryAfter.parse("Mon, 31 Dec 2029 00:00:00 GMT", NOW)).contains(Duration.ZERO);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "-1", "1.5", "soon", "99999999999999999999", "Tue, 32 Jan 2030 00:00:30 GMT"})
    void anythingElseIsNoWish(String header) {
        assertThat(RetryAfter.parse(header, NOW)).isEmpty();
    }
}
