package dev.dbsync.poller.dispatch;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How requests reach the sync engine. */
@ConfigMapping(prefix = "dbsync.poller")
public interface DispatchConfig {

    /** The transport: {@code http}, this service calls the engine itself; {@code qstash}, it publishes to QStash. */
    @WithDefault("http")
    String dispatch();

    /** Where the engine is. Must be one of the engine's {@code dbsync.engine.public-url}, or it refuses the signature. */
    @WithDefault("http://localhost:${PORT_PREFIX:81}43")
    String syncEngineUrl();

    /** Deliveries in flight in this replica. */
    @WithDefault("20")
    int parallelism();

    /** How long a delivery may take as a whole. Above the engine's time budget for one request. */
    @WithDefault("90s")
    Duration deliveryTimeout();
}
