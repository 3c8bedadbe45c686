package dev.dbsync.poller.heartbeat;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The heartbeat that goes the way of every change. */
@ConfigMapping(prefix = "dbsync.heartbeat")
public interface HeartbeatConfig {

    /** For how long a heartbeat may be a stage's turn before the stage counts as stuck. */
    @WithDefault("30s")
    Duration patience();
}
