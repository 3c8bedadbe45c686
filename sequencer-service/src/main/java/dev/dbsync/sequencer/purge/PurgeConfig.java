package dev.dbsync.sequencer.purge;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the logs remember. */
@ConfigMapping(prefix = "dbsync.purge")
public interface PurgeConfig {

    /** Whether to purge at all. */
    @WithDefault("true")
    boolean enabled();

    /** Younger entries stay, whoever has passed them: enough to look back on what happened. */
    @WithDefault("1h")
    Duration minimumAge();

    /** Older entries go, whoever still needs them: a database that was away for longer is copied again. */
    @WithDefault("7d")
    Duration retention();

    /** Entries per statement. */
    @WithDefault("5000")
    int batchSize();

    /** Most statements per log and minute, so that the first purge of a long log does not crowd out sequencing. */
    @WithDefault("200")
    int batchesPerRun();
}
