package dev.dbsync.poller.dispatch;

import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Chooses the transport that {@code dbsync.poller.dispatch} names. */
@ApplicationScoped
class DispatcherProducer {

    @Produces
    @Singleton
    Dispatcher dispatcher(Vertx vertx, DispatchConfig config, SigningConfig signing, QStashConfig qstash, Clock clock) {
        return switch (config.dispatch()) {
            case "http" -> new HttpDispatcher(vertx, config, signing, clock);
            case "qstash" -> new QStashDispatcher(vertx, config, qstash, clock);
            default ->
                throw new IllegalStateException(
                        "DBSYNC_POLLER_DISPATCH is '" + config.dispatch() + "'; expected http or qstash");
        };
    }

    void close(@Disposes Dispatcher dispatcher) {
        dispatcher.close();
    }
}
