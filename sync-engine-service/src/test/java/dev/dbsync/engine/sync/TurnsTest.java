package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final Turns turns = new Turns();
    private final UUID one = UUID.randomUUID();

    @Test
    void aRunDoesNotWaitForAnother() throws InterruptedException {
        assertThat(turns.takeForRun(one, LONG)).isTrue();
        assertThat(turns.takeForRun(one, LONG)).isFalse();
        assertThat(turns.takeForRun(UUID.randomUUID(), LONG)).isTrue();
        assertThat(turns.takeForCheck(one)).isFalse();
        turns.endRun(one);
        assertThat(turns.takeForCheck(one)).isTrue();
        assertThat(turns.takeForCheck(one)).isFalse();
    }

    @Test
    void aCheckMakesWayForARunAndNoneComesInBetween() throws Exception {
        assertThat(turns.takeForCheck(one)).isTrue();
        assertThat(turns.isWaitedFor(one)).isFalse();
        var run = CompletableFuture.supplyAsync(this::run);
        await().until(() -> turns.isWaitedFor(one));
        assertThat(run).isNotDone();

        turns.endCheck(one);
        assertThat(turns.takeForCheck(one)).isFalse();

        assertThat(run.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(turns.isWaitedFor(one)).isFalse();
    }

    @Test
    void aCheckThatDoesNotMakeWayHasTheRunPutOff() throws InterruptedException {
        assertThat(turns.takeForCheck(one)).isTrue();
        assertThat(turns.takeForRun(one, Duration.ofMillis(20))).isFalse();
        assertThat(turns.isWaitedFor(one)).isFalse();
    }

    private boolean run() {
        try {
            return turns.takeForRun(one, LONG);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
