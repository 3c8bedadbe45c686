package dev.dbsync.engine.sync;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.sync.ChunkReader.Request;
import dev.dbsync.engine.sync.MappingSync.Step;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.engine.target.postgres.ChunkWriter;
import dev.dbsync.engine.target.postgres.ChunkWriter.Written;
import dev.dbsync.engine.target.postgres.PostgresTarget;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * The copy of one mapping in chunks: while one is written the next is read. A chunk is a step like any other: position locked, rows
 * and cursor committed together.
 *
 * <p>What was read ahead was read before the lock it is written under, so it counts only behind a fence: the position's row must be
 * the very version that this run committed when it began to read (invariant 4). Whoever else has written the row, and
 * be it with the same contents, may have applied what the chunk is too old to show; so has a page of the log of our own.
 *
 * <p>Where a chunk is refused, or cannot be read, its rows are left to the pages of {@link MappingSync}, which find out why.
 * Used by one run on one thread; to be closed.
 */
final class ChunkedCopy implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ChunkedCopy.class);

    private static final int FIRST_ROWS = 20_000;
    private static final Duration QUICK = Duration.ofSeconds(1);
    private static final Duration SLOW = Duration.ofSeconds(3);

    /** How far a copy may fall behind the log; following it costs what was read ahead. */
    private static final Duration FOLLOW_EVERY = Duration.ofSeconds(1);

    /** Longer than the time-outs of the snapshot it is read in. */
    private static final Duration LONGEST_READ = Duration.ofSeconds(55);

    private final BoundMapping bound;
    private final Mapping mapping;
    private final Destination destination;
    private final PostgresTarget target;
    private final ChunkReader reader;
    private final SyncConfig config;
    private final Clock clock;

    private Ahead ahead;
    private Instant followed;
    private boolean begun;
    private boolean straight = true;
    private int chunkRows;
    private long leftToPages;
    private boolean resumes;
    private int refusals;

    ChunkedCopy(
            BoundMapping bound,
            Destination destination,
            PostgresTarget target,
            ChunkReader reader,
            SyncConfig config,
            Clock clock) {
        this.bound = bound;
        this.mapping = bound.mapping();
        this.destination = destination;
        this.target = target;
        this.reader = reader;
        this.config = config;
        this.clock = clock;
        this.chunkRows = Math.min(FIRST_ROWS, config.copyChunkRows());
        this.followed = clock.instant();
    }

    /**
     * A chunk that another thread reads.
     *
     * @param position that this run committed when the reading began
     * @param version of that position's row
     */
    private record Ahead(Position position, String version, CompletableFuture<Optional<Chunk>> chunk) {}

    /** Whether chunks are worth a try at this position. */
    boolean isFor(Position position) {
        return position.phase() == Phase.COPYING && leftToPages <= 0 && config.copyChunksInMemory() > 0;
    }

    /** So many rows went by page. */
    void pageCopied(int rows) {
        resumes = leftToPages > 0 && leftToPages <= rows;
        leftToPages -= rows;
    }

    /** Whether the rows that were left to pages are just behind us; true once. */
    boolean resumes() {
        boolean now = resumes;
        resumes = false;
        return now;
    }

    /**
     * Copies a chunk behind the locked position.
     *
     * @return empty if there is something else to do; then the lock is still held and nothing was written
     */
    Optional<Step> step(Position position, String tableIdentity, boolean logFirst) throws SQLException {
        ChunkWriter writer = target.chunks();
        ChunkWriter.State state = writer.state(mapping);
        if (state.watched()) {
            leftToPages = Long.MAX_VALUE;
            return Optional.empty();
        }
        Optional<Chunk> chunk = takeAhead(position, state.version(), tableIdentity);
        if (chunk.isEmpty()) {
            if (logFirst) {
                followed = clock.instant();
            }
            chunk = readNow(position, tableIdentity, logFirst);
        }
        if (chunk.isEmpty()) {
            return Optional.empty();
        }
        try (Chunk read = chunk.get()) {
            return write(writer, read, position, tableIdentity);
        }
    }

    private Optional<Chunk> readNow(Position position, String tableIdentity, boolean logFirst) {
        if (position.cursor().isPresent() && !isOurs(position.cursor().get())) {
            return Optional.empty();
        }
        try {
            return reader.read(
                    new Request(bound, destination, position, chunkRows, begun ? 0 : config.pageRows()),
                    facts -> isToBeCopied(position, facts, tableIdentity, logFirst));
        } catch (SourceException e) {
            if (!e.isTimeout() && !e.isAboutRows()) {
                throw e;
            }
            LOG.debugf("A chunk cannot be read mapping=%s sqlState=%s", mapping.id(), e.sqlState());
            leftToPages = e.isAboutRows() ? chunkRows : config.pageRows();
            chunkRows = Math.max(1, chunkRows / 4);
            return Optional.empty();
        }
    }

    /** The range of a chunk leaves the tenancy out, so it is looked at here; of a cursor that is none of ours the pages tell. */
    private boolean isOurs(List<String> cursor) {
        return cursor.size() == mapping.key().size()
                && (new SourceQueries(bound).firstOfRange() == 0
                        || cursor.get(0).equals(destination.tenancyId().toString()));
    }

    private boolean isToBeCopied(Position position, SourceFacts facts, String tableIdentity, boolean logFirst) {
        return facts.wanted()
                && MappingPlan.decide(position, facts, mapping.hash(), tableIdentity, logFirst)
                        instanceof MappingPlan.CopyPage;
    }

    private Optional<Step> write(ChunkWriter writer, Chunk chunk, Position position, String tableIdentity)
            throws SQLException {
        begun = true;
        Position next = position.copied(chunk.last(), chunk.rows().rows(), chunk.more())
                .readAt(chunk.facts().moment());
        boolean followFirst =
                chunk.facts().hasNews() && followed.plus(FOLLOW_EVERY).isBefore(clock.instant());
        CompletableFuture<Optional<Chunk>> reading = chunk.more() && !followFirst
                ? reader.readAhead(
                        new Request(bound, destination, next, chunkRows, 0),
                        facts -> isToBeCopied(next, facts, tableIdentity, false))
                : null;
        long begunWriting = System.nanoTime();
        Optional<Written> written;
        boolean committed = false;
        try {
            written = writer.write(mapping, chunk.rows(), straight && !position.sweep(), next);
            if (written.isPresent()) {
                if (next.phase() == Phase.FOLLOWING) {
                    target.tables().demandValues(mapping);
                }
                target.commit();
                committed = true;
            }
        } finally {
            if (reading != null && !committed) {
                discard(reading);
            }
        }
        if (written.isEmpty()) {
            refused(chunk);
            return Optional.empty();
        }
        if (reading != null) {
            ahead = new Ahead(next, written.get().version(), reading);
        }
        refusals = 0;
        straight = straight && written.get().straight();
        adapt(chunk, Duration.ofNanos(System.nanoTime() - begunWriting));
        return Optional.of(new Step.Advanced(
                new MappingPlan.CopyPage(),
                next,
                written.get().changed(),
                List.of(),
                true,
                new Batch(Batch.Kind.CHUNK, chunk.rows().bytes(), ChangeAges.NONE)));
    }

    /** The fence. */
    private Optional<Chunk> takeAhead(Position position, String version, String tableIdentity) {
        Ahead taken = ahead;
        ahead = null;
        if (taken == null) {
            return Optional.empty();
        }
        if (!taken.version().equals(version) || !taken.position().equals(position)) {
            discard(taken.chunk());
            return Optional.empty();
        }
        Optional<Chunk> counts = Optional.empty();
        try {
            Optional<Chunk> chunk = taken.chunk().get(LONGEST_READ.toMillis(), TimeUnit.MILLISECONDS);
            if (chunk.isPresent() && stillStands(chunk.get(), position, tableIdentity)) {
                counts = chunk;
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.debugf("A chunk could not be read ahead and is read again mapping=%s", mapping.id());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (counts.isEmpty()) {
                discard(taken.chunk());
            }
        }
        return counts;
    }

    /** Truncates, edits and failovers since it was read; rows that changed since are in the log. */
    private boolean stillStands(Chunk chunk, Position position, String tableIdentity) {
        SourceFacts now = reader.facts(bound, destination, position);
        return isToBeCopied(position, now, tableIdentity, false)
                && now.generation() == chunk.facts().generation()
                && Objects.equals(historyOf(now), historyOf(chunk.facts()));
    }

    private static UUID historyOf(SourceFacts facts) {
        return facts.moment() == null ? null : facts.moment().history();
    }

    private void refused(Chunk chunk) {
        leftToPages = (long) Math.max(chunk.rows().rows(), config.pageRows()) << Math.min(refusals++, 10);
        chunkRows = Math.max(Math.min(config.pageRows(), config.copyChunkRows()), chunkRows / 4);
    }

    private void adapt(Chunk chunk, Duration writing) {
        Duration slower = writing.compareTo(chunk.took()) > 0 ? writing : chunk.took();
        long wanted =
                slower.compareTo(SLOW) > 0 ? chunkRows / 2 : slower.compareTo(QUICK) < 0 ? chunkRows * 2L : chunkRows;
        if (chunk.rows().rows() > 0) {
            // Somewhat less than what fits, since rows differ.
            long fitting = config.copyChunkBytes().asLongValue()
                    * chunk.rows().rows()
                    * 4
                    / 5
                    / chunk.rows().bytes();
            wanted = Math.min(wanted, fitting);
        }
        chunkRows = (int) Math.max(1, Math.min(wanted, config.copyChunkRows()));
    }

    @Override
    public void close() {
        if (ahead != null) {
            discard(ahead.chunk());
            ahead = null;
        }
    }

    private static void discard(CompletableFuture<Optional<Chunk>> reading) {
        reading.thenAccept(chunk -> chunk.ifPresent(Chunk::close));
    }
}
