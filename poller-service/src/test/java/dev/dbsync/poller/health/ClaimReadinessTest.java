package dev.dbsync.poller.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class ClaimReadinessTest {

    private static final Duration INTERVAL = Duration.ofMillis(50);

    @Test
    void aClaimThatFailsNowAndThenIsNoReason() {
        assertThat(ClaimReadiness.judge(Duration.ofSeconds(29), INTERVAL).getStatus())
                .isEqualTo(Status.UP);
    }

    @Test
    void claimsThatFailForLongAre() {
        var response = ClaimReadiness.judge(Duration.ofSeconds(42), INTERVAL);

        assertThat(response.getStatus()).isEqualTo(Status.DOWN);
        assertThat(response.getData().orElseThrow()).containsEntry("reason", "no claim has succeeded for 42 s");
    }

    /** A cron job may be all that drives it. */
    @Test
    void aLongIntervalIsWaitedFor() {
        assertThat(ClaimReadiness.judge(Duration.ofMinutes(9), Duration.ofMinutes(10))
                        .getStatus())
                .isEqualTo(Status.UP);
    }
}
