package dev.dbsync.sequencer.purge;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.sql.Sql;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Walks through the logs and purges what nobody needs. Where a run stops, the next one goes on; at the end of a log it begins
 * again. A lock keeps it to one replica at a time. Thread-safe.
 */
@ApplicationScoped
public class LogPurger {

    private static final Logger LOG = Logger.getLogger(LogPurger.class);
    private static final String TRY_LOCK = "SELECT pg_try_advisory_xact_lock(x'6462'::integer, 5)";

    private final DataSource dataSource;
    private final PurgeConfig config;
    private final Counter purged;
    private final Walk changed = new Walk(Sql.resource(LogPurger.class, "purge_changed.sql"));
    private final Walk deleted = new Walk(Sql.resource(LogPurger.class, "purge_deleted.sql"));
    private volatile Collection<BoundMapping> mappings;

    LogPurger(DataSource dataSource, PurgeConfig config, MeterRegistry metrics) {
        this.dataSource = dataSource;
        this.config = config;
        this.purged = Counter.builder("dbsync.purge.rows")
                .description("Log entries that every destination had passed, or that were older than the retention")
                .register(metrics);
    }

    /** An entry's place in the order of a log's index. */
    private record Place(UUID tenancy, String table, long sequenceId) {

        static final Place BEFORE_ALL = new Place(new UUID(0, 0), "", 0);
    }

    /** A log, and where in it the next run goes on. */
    private static final class Walk {
        private final Sql statement;
        private Place cursor = Place.BEFORE_ALL;

        Walk(Sql statement) {
            this.statement = statement;
        }
    }

    /** Purges by what these mappings need from now on; before this nothing is purged. */
    public void load(Collection<BoundMapping> active) {
        mappings = List.copyOf(active);
    }

    @Scheduled(every = "1m", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void tick() {
        if (config.enabled() && mappings != null) {
            try {
                runOnce();
            } catch (SQLException e) {
                LOG.warnf("Purging the logs failed; tried again in a minute error=%s", e.getMessage());
            }
        }
    }

    /** @return how many entries it purged */
    synchronized long runOnce() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            long rows = walk(connection, changed) + walk(connection, deleted);
            purged.increment(rows);
            return rows;
        }
    }

    private long walk(Connection connection, Walk walk) throws SQLException {
        long total = 0;
        for (int i = 0; i < config.batchesPerRun(); i++) {
            if (!begin(connection)) {
                connection.rollback();
                return total;
            }
            boolean end;
            try (PreparedStatement statement = connection.prepareStatement(walk.statement.jdbc())) {
                walk.statement.bind(statement, values(walk.cursor));
                try (ResultSet result = statement.executeQuery()) {
                    result.next();
                    total += result.getLong("purged");
                    end = result.getLong("looked_at") < config.batchSize();
                    walk.cursor = end
                            ? Place.BEFORE_ALL
                            : new Place(
                                    result.getObject("tenancy", UUID.class),
                                    result.getString("table_name"),
                                    result.getLong("sequence_id"));
                }
            }
            connection.commit();
            if (end) {
                return total;
            }
        }
        return total;
    }

    private Map<String, ?> values(Place cursor) {
        return Map.of(
                "after_tenancy", cursor.tenancy(),
                "after_table", cursor.table(),
                "after_sequence_id", cursor.sequenceId(),
                "batch", config.batchSize(),
                "minimum_age", config.minimumAge().toSeconds(),
                "retention", config.retention().toSeconds(),
                "mappings", mappings.stream().map(BoundMapping::id).toArray(String[]::new),
                "tables",
                        mappings.stream()
                                .map(bound -> bound.mapping().source().logName())
                                .toArray(String[]::new));
    }

    private static boolean begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL statement_timeout = '30s'");
            statement.execute("SET LOCAL lock_timeout = '1s'");
            statement.execute("SET LOCAL idle_in_transaction_session_timeout = '10s'");
            try (ResultSet locked = statement.executeQuery(TRY_LOCK)) {
                locked.next();
                return locked.getBoolean(1);
            }
        }
    }
}
