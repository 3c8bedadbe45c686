package dev.dbsync.poller.dispatch;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How requests are handed to QStash, where {@code dbsync.poller.dispatch} says so. */
@ConfigMapping(prefix = "dbsync.qstash")
public interface QStashConfig {

    /** QStash's address, such as {@code https://qstash.upstash.io}. Required with {@code qstash}. */
    Optional<String> url();

    /** Its token. Secret: never printed. Required with {@code qstash}. */
    Optional<String> token();

    /** How often QStash tries a delivery again after 5, 25, then every 120 seconds. Its plans limit this. */
    @WithDefault("3")
    int retries();

    /** How long one publish may take. The requests in it are published again after that, with the same deduplication ids. */
    @WithDefault("10s")
    Duration publishTimeout();

    /**
     * A tenancy that is behind for so long after its request was handed over is published again. Above what QStash needs for
     * all its retries, or deliveries that are still on their way are doubled.
     */
    @WithDefault("5m")
    Duration redeliverAfter();
}
