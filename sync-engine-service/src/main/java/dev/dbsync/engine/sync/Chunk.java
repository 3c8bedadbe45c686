package dev.dbsync.engine.sync;

import dev.dbsync.engine.target.postgres.BinaryRows;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A stretch of the source table in key order, in memory. It takes room there until it is closed.
 *
 * @param facts of the snapshot it was read in
 * @param last source key of its end; empty if it ends with the table
 * @param more whether the table holds more
 * @param took how long reading took
 * @param room gives its room back
 */
record Chunk(
        SourceFacts facts, BinaryRows rows, Optional<List<String>> last, boolean more, Duration took, Runnable room)
        implements AutoCloseable {

    @Override
    public void close() {
        room.run();
    }
}
