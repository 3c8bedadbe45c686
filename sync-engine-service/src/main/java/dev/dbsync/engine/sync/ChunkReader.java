package dev.dbsync.engine.sync;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.postgres.BinaryRows;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.postgresql.copy.CopyOut;

/**
 * Reads chunks of source tables by {@code COPY … TO STDOUT} into memory, at once or by a thread of its own. A chunk is read to its end
 * and the snapshot closed before anybody writes it, so a slow target holds nothing back in the source. How many chunks are
 * in memory is bounded for the engine as a whole. Thread-safe.
 */
final class ChunkReader {

    /** Signature, flags and length of the extension, which the server leaves empty. */
    private static final int HEADER = 19;

    /** Number of fields, length of the first, which is the tenancy, and the tenancy. */
    private static final int TENANCY_ENDS = 2 + 4 + 16;

    private final SourceReader source;
    private final SyncConfig config;
    private final Semaphore room;

    private final ExecutorService ahead = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "copy-reads-ahead");
        thread.setDaemon(true);
        return thread;
    });

    ChunkReader(SourceReader source, SyncConfig config) {
        this.source = source;
        this.config = config;
        this.room = new Semaphore(config.copyChunksInMemory());
    }

    /**
     * What to read.
     *
     * @param position behind whose cursor
     * @param rows at most
     * @param moreThan nothing is read of a table that has no more rows than this left
     */
    record Request(BoundMapping bound, Destination destination, Position position, int rows, int moreThan) {}

    /**
     * Reads a chunk if the facts of its snapshot allow it.
     *
     * @return empty if they do not, too few rows are left, or there is no room
     */
    Optional<Chunk> read(Request request, Predicate<SourceFacts> allow) {
        if (!room.tryAcquire()) {
            return Optional.empty();
        }
        var given = new AtomicBoolean(true);
        Runnable giveBack = () -> {
            if (given.getAndSet(false)) {
                room.release();
            }
        };
        Optional<Chunk> chunk = Optional.empty();
        try {
            chunk = read(request, allow, giveBack);
            return chunk;
        } finally {
            if (chunk.isEmpty()) {
                giveBack.run();
            }
        }
    }

    /** As {@link #read}, by another thread. */
    CompletableFuture<Optional<Chunk>> readAhead(Request request, Predicate<SourceFacts> allow) {
        return CompletableFuture.supplyAsync(() -> read(request, allow), ahead);
    }

    SourceFacts facts(BoundMapping bound, Destination destination, Position position) {
        try (var snapshot = source.snapshot()) {
            return snapshot.facts(destination, bound, position);
        }
    }

    void stop() {
        ahead.shutdownNow();
    }

    private Optional<Chunk> read(Request request, Predicate<SourceFacts> allow, Runnable giveBack) {
        int rows = request.rows();
        while (true) {
            long begun = System.nanoTime();
            try (var snapshot = source.snapshotOf(request.bound())) {
                SourceFacts facts = snapshot.facts(request.destination(), request.bound(), request.position());
                if (!allow.test(facts)) {
                    return Optional.empty();
                }
                UUID tenancy = request.destination().tenancyId();
                Optional<List<String>> cursor = request.position().cursor();
                if (request.moreThan() > 0
                        && snapshot.keysAhead(request.bound(), tenancy, cursor, request.moreThan())
                                .isEmpty()) {
                    return Optional.empty();
                }
                List<List<String>> ends = snapshot.keysAhead(request.bound(), tenancy, cursor, rows - 1);
                boolean more = ends.size() == 2;
                Optional<List<String>> last = more ? Optional.of(ends.get(0)) : Optional.empty();
                CopyOut answer = snapshot.copyOut(request.bound(), tenancy, cursor, last);
                BinaryRows read = binaryRows(tenancy, snapshot, answer, rows > 1);
                if (read.bytes() <= limit() || rows == 1) {
                    return Optional.of(
                            new Chunk(facts, read, last, more, Duration.ofNanos(System.nanoTime() - begun), giveBack));
                }
                rows = Math.max(1, read.rows() / 2);
            } catch (SQLException e) {
                throw new SourceException(e);
            }
        }
    }

    private long limit() {
        return config.copyChunkBytes().asLongValue();
    }

    /**
     * Where reading ends before the answer does, the connection goes with it: the driver would cancel by another connection, which may
     * come late and hit what is done with this one next.
     *
     * @param bounded whether to stop where there are more bytes than a chunk may have
     */
    private BinaryRows binaryRows(UUID tenancy, SourceReader.Snapshot snapshot, CopyOut copy, boolean bounded)
            throws SQLException {
        try {
            return receive(tenancy, copy, bounded);
        } finally {
            if (copy.isActive()) {
                snapshot.abort();
            }
        }
    }

    private BinaryRows receive(UUID tenancy, CopyOut copy, boolean bounded) throws SQLException {
        BinaryRows rows = null;
        for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
            int from = 0;
            if (rows == null) {
                rows = new BinaryRows(message, HEADER);
                from = HEADER;
            }
            if (from + 2 > message.length) {
                continue;
            }
            int fields = ByteBuffer.wrap(message, from, 2).getShort();
            if (fields >= 0) {
                requireTenancy(tenancy, message, from);
                rows.add(fields - 1, message, from + TENANCY_ENDS);
                if (bounded && rows.bytes() > limit()) {
                    return rows;
                }
            }
        }
        return rows;
    }

    /** The second look of invariant 8: the query has asked for this tenancy's rows alone. */
    private static void requireTenancy(UUID tenancy, byte[] row, int from) {
        ByteBuffer first = ByteBuffer.wrap(row, from + 2, TENANCY_ENDS - 2);
        if (first.getInt() != 16
                || first.getLong() != tenancy.getMostSignificantBits()
                || first.getLong() != tenancy.getLeastSignificantBits()) {
            throw new IllegalStateException(
                    "A row of another tenancy was read for tenancy " + tenancy + "; nothing was written");
        }
    }
}
