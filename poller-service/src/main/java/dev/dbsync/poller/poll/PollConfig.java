package dev.dbsync.poller.poll;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often the poller looks for work. */
@ConfigMapping(prefix = "dbsync.poller")
public interface PollConfig {

    /** Pause between two claims while the poller cannot listen for notifications, or retries are due within seconds; else it is one second. */
    @WithDefault("50ms")
    Duration interval();

    /** How long deliveries in flight are waited for when the service stops. It has ten seconds for everything. */
    @WithDefault("5s")
    Duration stopGrace();
}
