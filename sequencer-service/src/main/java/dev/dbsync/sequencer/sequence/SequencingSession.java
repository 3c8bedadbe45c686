package dev.dbsync.sequencer.sequence;

import dev.dbsync.common.sql.Sql;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One sequencer's own connection to the internal database, and what it remembers of its last pass over it.
 *
 * <p>The two belong together (invariant 9): whatever goes wrong, both are given up, so that the first pass over the next
 * connection begins a new epoch. What is remembered changes only by a pass of this very session that gave ids.
 *
 * <p>Not thread-safe; every method blocks, so none may be called on an event loop.
 */
final class SequencingSession {

    /** The server ends a statement first; this is for a server that does not answer at all. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Sql PASS = Sql.resource(SequencingSession.class, "pass.sql");
    private static final Sql TRACED_PASS = Sql.resource(SequencingSession.class, "traced_pass.sql");
    private static final Sql RELEASE_LEASE = Sql.resource(SequencingSession.class, "release_lease.sql");
    private static final Sql WORK_IS_PENDING = Sql.resource(SequencingSession.class, "work_is_pending.sql");

    private final Vertx vertx;
    private final PgConnectOptions options;
    private final SequencerConfig config;
    private final UUID sequencer;

    private PgConnection connection;
    private Remembered remembered;

    private record Remembered(UUID epoch, long lastSequenceId) {}

    /** @param sequencer who asks for the lease: random, one per process */
    SequencingSession(Vertx vertx, PgConnectOptions options, SequencerConfig config, UUID sequencer) {
        this.vertx = vertx;
        this.options = options;
        this.config = config;
        this.sequencer = sequencer;
    }

    /**
     * Runs one pass, connecting first where there is no connection.
     *
     * @param traceparent what the requests of this pass carry on, if it is traced
     * @throws RuntimeException if it failed, in which case nothing or all of it was committed
     */
    Pass pass(boolean fullSweep, Optional<String> traceparent) {
        var values = new HashMap<String, Object>();
        values.put("batch_size", config.batchSize());
        values.put("sequencer", sequencer);
        values.put("known_epoch", remembered == null ? null : remembered.epoch());
        values.put("known_last_id", remembered == null ? null : remembered.lastSequenceId());
        values.put("full_sweep", fullSweep);
        values.put("lease_millis", config.lease().toMillis());
        traceparent.ifPresent(value -> values.put("traceparent", value));
        Pass pass = Pass.of(query(traceparent.isPresent() ? TRACED_PASS : PASS, values));
        if (pass.outcome() == Pass.Outcome.SEQUENCED) {
            remembered = new Remembered(pass.epoch(), pass.lastSequenceId());
        }
        return pass;
    }

    /** Whether any log entry or capture generation waits, whoever is the leader. */
    boolean workIsPending() {
        return query(WORK_IS_PENDING, Map.of()).getBoolean("pending");
    }

    /** Gives up the lease, if this session's sequencer holds it, and the connection. */
    void release() {
        if (connection != null) {
            query(RELEASE_LEASE, Map.of("sequencer", sequencer));
            PgConnection closing = connection;
            connection = null;
            remembered = null;
            closing.close().onFailure().recoverWithNull().await().atMost(GRACE);
        }
    }

    /** Gives up the connection and what is remembered. */
    void close() {
        PgConnection closing = connection;
        connection = null;
        remembered = null;
        if (closing != null) {
            closing.close().subscribe().with(done -> {}, failure -> {});
        }
    }

    /** The first row of the statement's result, or null if it has none. */
    private Row query(Sql sql, Map<String, ?> values) {
        try {
            RowSet<Row> result = connected()
                    .preparedQuery(sql.positional())
                    .execute(sql.tuple(values))
                    .await()
                    .atMost(config.statementTimeout().plus(GRACE));
            var rows = result.iterator();
            return rows.hasNext() ? rows.next() : null;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private PgConnection connected() {
        if (connection == null) {
            PgConnection opened = PgConnection.connect(vertx, options)
                    .await()
                    .atMost(Duration.ofMillis(options.getConnectTimeout()).plus(GRACE));
            // A connection that dies between passes is found out by the next one, which reports it.
            opened.exceptionHandler(found -> {});
            connection = opened;
        }
        return connection;
    }
}
