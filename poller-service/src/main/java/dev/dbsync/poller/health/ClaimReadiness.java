package dev.dbsync.poller.health;

import dev.dbsync.poller.poll.PollConfig;
import dev.dbsync.poller.poll.PollerLoop;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while claims fail or hang, although the internal database answers: nobody would see it otherwise. */
@Readiness
@ApplicationScoped
class ClaimReadiness implements HealthCheck {

    private static final String NAME = "claims";

    /** Three claims that fail after their whole time-out. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PollerLoop loop;
    private final Duration interval;

    ClaimReadiness(PollerLoop loop, PollConfig config) {
        this.loop = loop;
        this.interval = config.interval();
    }

    @Override
    public HealthCheckResponse call() {
        return judge(loop.sinceLastClaim(), interval);
    }

    static HealthCheckResponse judge(Duration sinceLastClaim, Duration interval) {
        return sinceLastClaim.compareTo(PATIENCE.plus(interval)) <= 0
                ? HealthCheckResponse.up(NAME)
                : HealthCheckResponse.named(NAME)
                        .down()
                        .withData("reason", "no claim has succeeded for " + sinceLastClaim.toSeconds() + " s")
                        .build();
    }
}
