package dev.dbsync.poller.claim;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How this poller claims outgoing requests. */
@ConfigMapping(prefix = "dbsync.poller")
public interface ClaimConfig {

    /** Requests per claim. Never more are claimed than can be delivered at once, see {@code dbsync.poller.parallelism}. */
    @WithDefault("1000")
    int claimLimit();

    /** How long a claim holds without being renewed; a live holder renews it every second. */
    @WithDefault("5m")
    Duration lease();

    /**
     * A holder that missed its renewals for so long is taken for dead before the lease is over. Several renewals, so that a
     * pause of the holder or of the database does not cost a second delivery.
     */
    @WithDefault("15s")
    Duration abandonedAfter();
}
