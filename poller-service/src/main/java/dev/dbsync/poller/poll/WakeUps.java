package dev.dbsync.poller.poll;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Wakes the loop when somebody has enqueued something, and tells it whether anybody listens. One connection of the pool does, so
 * that it has the pool's address, credentials and TLS; it is replaced a second after it was lost. Nothing depends on it: what is
 * notified meanwhile is found by the next tick.
 */
@ApplicationScoped
class WakeUps {

    private static final Logger LOG = Logger.getLogger(WakeUps.class);
    private static final Duration TIME_OUT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Pool pool;
    private final PollerLoop loop;
    private final Vertx vertx;
    private volatile boolean stopping;

    WakeUps(Pool pool, PollerLoop loop, Vertx vertx) {
        this.pool = pool;
        this.loop = loop;
        this.vertx = vertx;
    }

    void start(@Observes StartupEvent event) {
        listen();
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
    }

    private void listen() {
        pool.getConnection()
                .ifNoItem()
                .after(TIME_OUT)
                .fail()
                .flatMap(this::listenOn)
                .subscribe()
                .with(listening -> loop.hearing(true), failure -> {
                    LOG.debugf("Listening for wake-ups failed error=%s", failure);
                    listenAgainLater();
                });
    }

    private Uni<Void> listenOn(SqlConnection connection) {
        PgConnection.cast(connection).notificationHandler(notification -> loop.wake());
        return connection
                .query("LISTEN dbsync_outgoing_request")
                .execute()
                .ifNoItem()
                .after(TIME_OUT)
                .fail()
                .invoke(listening -> connection.closeHandler(this::lost))
                .onFailure()
                .call(failure -> connection.close().onFailure().recoverWithNull())
                .replaceWithVoid();
    }

    private void lost() {
        // The pool closes it last of all, when there is no loop left to tell.
        if (!stopping) {
            loop.hearing(false);
            listenAgainLater();
        }
    }

    private void listenAgainLater() {
        if (!stopping) {
            vertx.setTimer(PAUSE.toMillis(), id -> listen());
        }
    }
}
