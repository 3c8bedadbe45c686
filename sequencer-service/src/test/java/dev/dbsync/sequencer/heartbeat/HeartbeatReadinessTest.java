package dev.dbsync.sequencer.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.common.heartbeat.HeartbeatState;
import dev.dbsync.sequencer.heartbeat.Heartbeat.Look;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class HeartbeatReadinessTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void whatIsStillOnItsWayIsNoReason() {
        assertThat(judge("sequencer", 29).getStatus()).isEqualTo(Status.UP);
        assertThat(HeartbeatReadiness.judge(Optional.empty(), NOW, PATIENCE).getStatus())
                .isEqualTo(Status.UP);
        assertThat(judge(null, 0).getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void whatGetsNoIdIs() {
        HealthCheckResponse response = judge("sequencer", 42);

        assertThat(response.getStatus()).isEqualTo(Status.DOWN);
        assertThat(response.getData().orElseThrow())
                .containsEntry("stage", "sequencer")
                .containsEntry("waitingSeconds", 42L)
                .containsKey("reason");
    }

    /** A sequencer that is taken out of service for another's fault would be one more fault. */
    @Test
    void whatWaitsElsewhereIsOnlyTold() {
        for (String stage : new String[] {"poller", "engine"}) {
            assertThat(judge(stage, 1000).getStatus()).isEqualTo(Status.UP);
            assertThat(judge(stage, 1000).getData().orElseThrow())
                    .containsEntry("stage", stage)
                    .containsEntry("waitingSeconds", 1000L);
        }
    }

    @Test
    void notToKnowForLongIsAReason() {
        assertThat(blindFor(29).getStatus()).isEqualTo(Status.UP);
        assertThat(blindFor(31).getStatus()).isEqualTo(Status.DOWN);
    }

    private static HealthCheckResponse judge(String stage, double waiting) {
        return HeartbeatReadiness.judge(
                Optional.of(new Look(Optional.of(HeartbeatState.of(stage, waiting, null)), NOW)), NOW, PATIENCE);
    }

    private static HealthCheckResponse blindFor(int seconds) {
        return HeartbeatReadiness.judge(
                Optional.of(new Look(Optional.empty(), NOW.minusSeconds(seconds))), NOW, PATIENCE);
    }
}
