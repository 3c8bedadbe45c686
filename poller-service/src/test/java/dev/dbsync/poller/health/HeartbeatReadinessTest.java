package dev.dbsync.poller.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.common.heartbeat.HeartbeatState;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class HeartbeatReadinessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void aRequestThatNobodyClaimsIsAReason() {
        HealthCheckResponse response = judge("poller", 42, 50);

        assertThat(response.getStatus()).isEqualTo(Status.DOWN);
        assertThat(response.getData().orElseThrow())
                .containsEntry("stage", "poller")
                .containsEntry("waitingSeconds", 42L)
                .containsKey("reason");
    }

    @Test
    void aShortWaitIsNone() {
        assertThat(judge("poller", 29, 50).getStatus()).isEqualTo(Status.UP);
    }

    /** Whoever works off a backlog comes to it. */
    @Test
    void aLongWaitBehindOthersIsNone() {
        assertThat(judge("poller", 1000, 1).getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void whatWaitsElsewhereIsOnlyTold() {
        assertThat(judge("engine", 1000, 1000).getStatus()).isEqualTo(Status.UP);
        assertThat(judge("sequencer", 1000, 1000).getData().orElseThrow()).containsEntry("waitingSeconds", 1000L);
    }

    @Test
    void notToKnowIsForTheMetric() {
        assertThat(HeartbeatReadiness.judge(Optional.empty(), Duration.ofDays(1), PATIENCE)
                        .getStatus())
                .isEqualTo(Status.UP);
    }

    private static HealthCheckResponse judge(String stage, double waiting, int sinceLastWork) {
        return HeartbeatReadiness.judge(
                Optional.of(HeartbeatState.of(stage, waiting, null)), Duration.ofSeconds(sinceLastWork), PATIENCE);
    }
}
