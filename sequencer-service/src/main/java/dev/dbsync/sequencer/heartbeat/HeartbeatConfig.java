package dev.dbsync.sequencer.heartbeat;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The heartbeat that goes the way of every change. */
@ConfigMapping(prefix = "dbsync.heartbeat")
public interface HeartbeatConfig {

    /** How often one is sent; 0 sends none. Less than {@code 5s} is as good as that. The same on all sequencers. */
    @WithDefault("60s")
    Duration interval();

    /** For how long a heartbeat may be a stage's turn before the stage counts as stuck. */
    @WithDefault("30s")
    Duration patience();
}
