package dev.dbsync.sequencer.sequence;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Wakes the loop when something was captured, where capture notifies. Listens on a connection of its own, which is replaced a
 * second after it was lost. Nothing depends on it: what is notified meanwhile is found by the next tick.
 */
@ApplicationScoped
public class WakeUps {

    private static final Logger LOG = Logger.getLogger(WakeUps.class);
    private static final Duration TIME_OUT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final SequencerConfig config;
    private final InternalDbConfig database;
    private final SequencerLoop loop;
    private volatile PgConnection listening;
    private volatile boolean stopping;

    WakeUps(Vertx vertx, SequencerConfig config, InternalDbConfig database, SequencerLoop loop) {
        this.vertx = vertx;
        this.config = config;
        this.database = database;
        this.loop = loop;
    }

    /** Begins to listen, if capture notifies. */
    public void start() {
        if (config.captureNotify()) {
            listen();
        }
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        PgConnection closing = listening;
        if (closing != null) {
            closing.close().subscribe().with(done -> {}, failure -> {});
        }
    }

    private void listen() {
        PgConnection.connect(vertx, InternalDbAddress.options(database, config.statementTimeout(), Duration.ZERO))
                .ifNoItem()
                .after(TIME_OUT)
                .fail()
                .flatMap(this::listenOn)
                .subscribe()
                .with(connected -> loop.wake(), failure -> {
                    LOG.debugf("Listening for captured changes failed error=%s", failure);
                    listenAgainLater();
                });
    }

    private Uni<Void> listenOn(PgConnection connection) {
        connection.notificationHandler(notification -> loop.wake());
        connection.exceptionHandler(found -> {});
        return connection
                .query("LISTEN dbsync_captured")
                .execute()
                .ifNoItem()
                .after(TIME_OUT)
                .fail()
                .invoke(done -> {
                    listening = connection;
                    connection.closeHandler(this::listenAgainLater);
                })
                .onFailure()
                .call(failure -> connection.close().onFailure().recoverWithNull())
                .replaceWithVoid();
    }

    private void listenAgainLater() {
        if (!stopping) {
            vertx.setTimer(PAUSE.toMillis(), id -> listen());
        }
    }
}
