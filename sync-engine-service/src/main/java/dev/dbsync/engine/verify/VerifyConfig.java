package dev.dbsync.engine.verify;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How verifications are taken forward, and what the scrubber may spend. */
@ConfigMapping(prefix = "dbsync.verify")
public interface VerifyConfig {

    /** Whether this replica takes verifications forward at all. */
    @WithDefault("true")
    boolean enabled();

    /** How often each worker looks for a verification that is due. */
    @WithDefault("1s")
    Duration interval();

    /** Verifications taken forward at the same time, per replica. */
    @WithDefault("2")
    int parallelism();

    /** Rows that are compared by one statement on either side, at most. */
    @WithDefault("20000")
    int pieceRows();

    /** How long one turn at a database may take, in whole statements; a run that waits cuts it short. */
    @WithDefault("2s")
    Duration slice();

    /** A verification whose holder has not written anything down for so long is taken over. */
    @WithDefault("2m")
    Duration lease();

    /** How long what is in flight after the last range may take to arrive before it is left undecided. */
    @WithDefault("60s")
    Duration settleTime();

    /** A verification that takes longer than this has failed. */
    @WithDefault("12h")
    Duration timeLimit();

    /** Verifications that are kept per database. */
    @WithDefault("20")
    int history();

    /** Whether databases are verified without being asked. */
    @WithDefault("true")
    boolean scrubEnabled();

    /** How long a database rests between two verifications by the scrubber; the first comes so long after it was created. */
    @WithDefault("24h")
    Duration scrubInterval();

    /** Rows per second that one verification of the scrubber compares, on average. */
    @WithDefault("10000")
    int scrubRowsPerSecond();

    /** Verifications by the scrubber that are under way at once, all replicas together. */
    @WithDefault("1")
    int scrubParallelism();

    /** Whether the scrubber writes what differs anew, or only tells. */
    @WithDefault("false")
    boolean scrubRepair();
}
