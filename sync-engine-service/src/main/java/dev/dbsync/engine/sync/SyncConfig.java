package dev.dbsync.engine.sync;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** What the engine answers to, and how much it does at once. */
@ConfigMapping(prefix = "dbsync.engine")
public interface SyncConfig {

    /** What the {@code sub} of a delivery's signature must start with; several separated by commas. See {@code receive}. */
    String publicUrl();

    /**
     * After so many batches of one mapping the engine stops and enqueues the tenancy again; unset: only {@link #runBudget()}
     * ends a run.
     */
    OptionalInt maxBatchesPerMapping();

    /** How long one destination's run may take before it makes room and enqueues the tenancy again. Well below the poller's time-out. */
    @WithDefault("20s")
    Duration runBudget();

    /**
     * How long one destination's run goes on while another request of its tenancy waits. A tenancy's requests go one after the other, so
     * what is new for its other mappings and databases stays away as long as a copy keeps one of them. Well below {@link #runBudget()};
     * a copy that is cut short has read its next chunk for nothing.
     */
    @WithDefault("5s")
    Duration turn();

    /** Destinations written to at the same time, per replica. */
    @WithDefault("32")
    int parallelism();

    /** Destinations that are failing, or were never reached yet, tried at the same time; they may hang, and must not take all room. */
    @WithDefault("8")
    int unprovenParallelism();

    /** How long a destination that works waits for room before it is put off for a moment; the others do not wait. */
    @WithDefault("2s")
    Duration laneWait();

    /** Log entries or rows per batch. */
    @WithDefault("2000")
    int pageRows();

    /**
     * Rows that one mapping of one destination may have in quarantine. One more stops the mapping: then it is not single rows
     * that are refused.
     */
    @WithDefault("10000")
    int maxQuarantinedRows();

    /** Bytes of rows per batch; one row more may be read than fits. */
    @WithDefault("4000000")
    long pageBytes();

    /** Most rows of a chunk, which is what a copy of more than {@link #pageRows()} rows reads and writes at once. Chunks adapt to time and bytes below it. */
    @WithDefault("100000")
    int copyChunkRows();

    /** Bytes of a chunk; a single row may be longer. */
    @WithDefault("16M")
    MemorySize copyChunkBytes();

    /** Chunks in memory at the same time, all destinations together; what finds no room is copied in batches. 0 copies everything so. */
    @WithDefault("6")
    int copyChunksInMemory();
}
