package dev.dbsync.poller.health;

import dev.dbsync.common.heartbeat.HeartbeatState;
import dev.dbsync.common.heartbeat.HeartbeatState.Stage;
import dev.dbsync.poller.heartbeat.Heartbeat;
import dev.dbsync.poller.heartbeat.HeartbeatConfig;
import dev.dbsync.poller.poll.PollConfig;
import dev.dbsync.poller.poll.PollerLoop;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Not ready while a heartbeat's request waits for a poller, and this one neither claims anything nor has its hands full: it would leave
 * tenancies' requests lying as well. A backlog is no reason, since it is worked off by age. Of what waits elsewhere it only tells.
 */
@Readiness
@ApplicationScoped
class HeartbeatReadiness implements HealthCheck {

    private static final String NAME = "heartbeat";

    private final Heartbeat heartbeat;
    private final PollerLoop loop;
    private final Duration patience;

    HeartbeatReadiness(Heartbeat heartbeat, PollerLoop loop, HeartbeatConfig config, PollConfig poll) {
        this.heartbeat = heartbeat;
        this.loop = loop;
        this.patience = config.patience().plus(poll.interval());
    }

    @Override
    public HealthCheckResponse call() {
        return judge(heartbeat.state(), loop.sinceLastWork(), patience);
    }

    static HealthCheckResponse judge(Optional<HeartbeatState> state, Duration sinceLastWork, Duration patience) {
        var response = HealthCheckResponse.named(NAME).up();
        state.ifPresent(seen -> seen.stage().ifPresent(stage -> {
            long waiting = (long) seen.waitingSeconds();
            response.withData("stage", stage.text()).withData("waitingSeconds", waiting);
            if (stage == Stage.POLLER && waiting > patience.toSeconds() && sinceLastWork.compareTo(patience) > 0) {
                response.down()
                        .withData(
                                "reason",
                                "its request has waited for " + waiting + " s, and this poller has claimed nothing for "
                                        + sinceLastWork.toSeconds()
                                        + " s: look for a transaction that holds a lock on it");
            }
        }));
        return response.build();
    }
}
