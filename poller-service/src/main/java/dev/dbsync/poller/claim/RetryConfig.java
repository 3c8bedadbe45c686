package dev.dbsync.poller.claim;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When a delivery that failed is tried again. */
@ConfigMapping(prefix = "dbsync.poller.retry")
public interface RetryConfig {

    /** Upper bound of the first pause; each further one doubles it. */
    @WithDefault("200ms")
    Duration base();

    /** Upper bound of every pause: how long a tenancy may wait once the engine is back. */
    @WithDefault("15s")
    Duration cap();

    /** The longest {@code Retry-After} of the engine that is honoured. */
    @WithDefault("5m")
    Duration retryAfterCap();
}
