package dev.dbsync.sequencer.heartbeat;

import dev.dbsync.common.heartbeat.HeartbeatState;
import dev.dbsync.common.heartbeat.HeartbeatState.Stage;
import dev.dbsync.sequencer.sequence.SequencerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Not ready while heartbeats are not written or get no sequence ids: then changes get none either. Of what waits further on it only
 * tells. Nobody calls a sequencer but cron jobs, which would find it stuck as well.
 */
@Readiness
@ApplicationScoped
class HeartbeatReadiness implements HealthCheck {

    private static final String NAME = "heartbeat";

    private final Heartbeat heartbeat;
    private final Duration patience;
    private final Clock clock;

    HeartbeatReadiness(Heartbeat heartbeat, HeartbeatConfig config, SequencerConfig sequencer, Clock clock) {
        this.heartbeat = heartbeat;
        this.patience = config.patience().plus(sequencer.interval());
        this.clock = clock;
    }

    @Override
    public HealthCheckResponse call() {
        return judge(heartbeat.last(), clock.instant(), patience);
    }

    static HealthCheckResponse judge(Optional<Heartbeat.Look> last, Instant now, Duration patience) {
        var response = HealthCheckResponse.named(NAME).up();
        if (last.isEmpty()) {
            return response.build();
        }
        Optional<HeartbeatState> state = last.get().state();
        if (state.isEmpty()) {
            Duration blind = Duration.between(last.get().since(), now);
            return response.withData(
                            "reason", "the internal database has not said for " + blind.toSeconds() + " s where it is")
                    .status(blind.compareTo(patience) <= 0)
                    .build();
        }
        state.get().stage().ifPresent(stage -> {
            long waiting = (long) state.get().waitingSeconds();
            response.withData("stage", stage.text()).withData("waitingSeconds", waiting);
            if (stage == Stage.SEQUENCER && waiting > patience.toSeconds()) {
                response.down()
                        .withData(
                                "reason",
                                "no sequencer has taken it further for " + waiting
                                        + " s: a lock on the log or a time-out, see the log");
            }
        });
        return response.build();
    }
}
