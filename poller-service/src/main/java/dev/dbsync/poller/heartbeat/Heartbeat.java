package dev.dbsync.poller.heartbeat;

import dev.dbsync.common.heartbeat.HeartbeatState;
import dev.dbsync.common.heartbeat.HeartbeatState.Stage;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.poller.Degradation;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Looks now and then where the heartbeat is, and publishes it; nothing (NaN) before the first time and while looking fails. */
@ApplicationScoped
public class Heartbeat {

    private static final Logger LOG = Logger.getLogger(Heartbeat.class);
    private static final Duration TIME_OUT = Duration.ofSeconds(30);
    private static final Sql STATE = Sql.resource(Heartbeat.class, "state.sql");

    private final Pool pool;
    private final MeterRegistry registry;
    private final Degradation looking = new Degradation(LOG, "Looking for the heartbeat");

    private volatile HeartbeatState state;

    Heartbeat(Pool pool, MeterRegistry registry) {
        this.pool = pool;
        this.registry = registry;
    }

    void register(@Observes StartupEvent event) {
        for (Stage stage : Stage.values()) {
            Gauge.builder("dbsync.heartbeat.waiting.seconds", this, heartbeat -> heartbeat.waitingSeconds(stage))
                    .description(
                            "How long it has been a stage's turn to take the heartbeat further; 0 while nothing is due")
                    .tag("stage", stage.text())
                    .register(registry);
        }
        Gauge.builder("dbsync.heartbeat.travel.seconds", this, Heartbeat::travelSeconds)
                .description("How long the last heartbeat was on its way from the log to the engine")
                .register(registry);
    }

    /** As it was seen last; empty before the first time and while looking fails. */
    public Optional<HeartbeatState> state() {
        return Optional.ofNullable(state);
    }

    @Scheduled(every = "10s", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> tick() {
        return looking.watch(look())
                .invoke(seen -> state = seen)
                .onFailure()
                .invoke(() -> state = null)
                .replaceWithVoid()
                .onFailure()
                .recoverWithNull();
    }

    private Uni<HeartbeatState> look() {
        return pool.query(STATE.positional())
                .execute()
                .ifNoItem()
                .after(TIME_OUT)
                .fail()
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return HeartbeatState.of(
                            row.getString("stage"), row.getDouble("waiting_seconds"), row.getDouble("travel_seconds"));
                });
    }

    private double waitingSeconds(Stage stage) {
        HeartbeatState seen = state;
        return seen == null ? Double.NaN : seen.waitingSeconds(stage);
    }

    private double travelSeconds() {
        HeartbeatState seen = state;
        return seen == null ? Double.NaN : seen.travelSeconds().orElse(Double.NaN);
    }
}
