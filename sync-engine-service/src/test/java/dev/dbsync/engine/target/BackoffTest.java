package dev.dbsync.engine.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.engine.target.TargetFault.Pace;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Random random = new Random(1);

    @Test
    void triesAgainWithinASecondAfterTheFirstFailure() {
        assertThat(IntStream.range(0, 1000).mapToObj(i -> Backoff.next(1, Pace.SOON, random)))
                .allMatch(pause -> pause.toMillis() >= 100 && pause.toMillis() <= 1000);
    }

    @Test
    void neverWaitsMoreThanFiveMinutes() {
        assertThat(IntStream.rangeClosed(0, 1000).mapToObj(attempts -> Backoff.next(attempts, Pace.SOON, random)))
                .allMatch(pause -> pause.compareTo(Duration.ofMinutes(5)) <= 0 && !pause.isNegative());
        assertThat(Backoff.next(Integer.MAX_VALUE, Pace.LATER, random))
                .isBetween(Duration.ofSeconds(150), Duration.ofMinutes(5));
    }

    @Test
    void doesNotAskAServerThatRefusedTheLoginEveryFewSeconds() {
        assertThat(IntStream.range(0, 1000).mapToObj(i -> Backoff.next(1, Pace.LATER, random)))
                .allMatch(pause -> pause.toSeconds() >= 15 && pause.toSeconds() <= 30);
    }

    @Test
    void spreadsTheAttemptsOfMany() {
        assertThat(IntStream.range(0, 1000)
                        .mapToObj(i -> Backoff.next(6, Pace.SOON, random).toSeconds())
                        .distinct()
                        .count())
                .isGreaterThan(20);
    }
}
