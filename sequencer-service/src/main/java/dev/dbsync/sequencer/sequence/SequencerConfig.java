package dev.dbsync.sequencer.sequence;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How this replica sequences. */
@ConfigMapping(prefix = "dbsync.sequencer")
public interface SequencerConfig {

    /** Pause between two passes when there is nothing left to do; what a change waits at most before it is noticed. */
    @WithDefault("50ms")
    Duration interval();

    /** Entries of each log per pass. More is faster on a backlog and longer for whoever waits behind it. */
    @WithDefault("1000")
    int batchSize();

    /**
     * How long the other replicas stand by after this one's last sign of life. At least ten times {@code interval}, so that a
     * leader that is merely slow keeps its place; what a killed leader costs.
     */
    @WithDefault("2s")
    Duration lease();

    /** After this the database ends a pass, and we the connection a little later. Passes take milliseconds. */
    @WithDefault("10s")
    Duration statementTimeout();

    /** How often a pass looks below the low water too: the safety net under it. */
    @WithDefault("1m")
    Duration fullSweepInterval();

    /**
     * Whether capture notifies the sequencer, so that a change need not wait for the next pass. Every transaction of the
     * application that changes a mapped table then takes one lock of the whole server as it commits. The same on all replicas.
     */
    @WithDefault("false")
    boolean captureNotify();
}
