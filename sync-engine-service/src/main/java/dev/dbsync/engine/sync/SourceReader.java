package dev.dbsync.engine.sync;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.TableName;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.SourceMoment;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Reads positions' facts and pages of rows from the internal database. Thread-safe; its snapshots are not. */
@ApplicationScoped
public class SourceReader {

    private static final Sql FACTS = Sql.resource(SourceReader.class, "facts.sql");
    private static final Sql EPOCH_OF = Sql.resource(SourceReader.class, "epoch_of.sql");
    private static final Sql MOMENT = Sql.resource(SourceReader.class, "moment.sql");
    private static final Sql ANNOUNCE_COPY = Sql.resource(SourceReader.class, "announce_copy.sql");
    private static final String SETTINGS =
            Sql.resource(SourceReader.class, "snapshot_settings.sql").jdbc();

    private final DataSource internal;
    private final SyncConfig config;
    private final Map<String, Statements> statements = new ConcurrentHashMap<>();

    SourceReader(DataSource internal, SyncConfig config) {
        this.internal = internal;
        this.config = config;
    }

    /** Opens a read-only snapshot. Everything read through it is of one moment. */
    Snapshot snapshot() {
        try {
            return new Snapshot(internal.getConnection());
        } catch (SQLException e) {
            throw new SourceException(e);
        }
    }

    /**
     * Commits the announcement of a copy, see {@code announce_copy.sql}.
     *
     * @return false if the destination has been edited or deleted meanwhile; then no copy may begin
     */
    boolean announceCopy(Destination destination, String mappingId, String reason) {
        try (Connection connection = internal.getConnection();
                PreparedStatement statement = connection.prepareStatement(ANNOUNCE_COPY.jdbc())) {
            ANNOUNCE_COPY.bind(
                    statement,
                    Map.of(
                            "destination",
                            destination.destinationId(),
                            "revision",
                            destination.revision(),
                            "mapping",
                            mappingId,
                            "reason",
                            reason));
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw new SourceException(e);
        }
    }

    /** Whether these texts are a key of the mapping's source table, of whatever row. */
    boolean isKey(BoundMapping bound, List<String> texts) {
        String casts =
                bound.keyTypes().stream().map(type -> "?::" + type + "::text").collect(Collectors.joining(", "));
        try (Connection connection = internal.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT " + casts)) {
            for (int i = 0; i < texts.size(); i++) {
                statement.setString(i + 1, texts.get(i));
            }
            return statement.execute();
        } catch (SQLException e) {
            var failure = new SourceException(e);
            if (failure.isAboutRows()) {
                return false;
            }
            throw failure;
        }
    }

    private Statements statementsOf(BoundMapping mapping) {
        return statements.computeIfAbsent(mapping.id() + mapping.mapping().hash(), id -> Statements.of(mapping));
    }

    private record Statements(Sql follow, Sql copyFirst, Sql copyNext, Sql missing) {
        static Statements of(BoundMapping mapping) {
            var queries = new SourceQueries(mapping);
            return new Statements(queries.follow(), queries.copy(false), queries.copy(true), queries.missing());
        }
    }

    /** One read-only transaction in one snapshot. Closing it ends the transaction and never throws for that. */
    final class Snapshot implements AutoCloseable {

        private final Connection connection;

        private Snapshot(Connection connection) throws SQLException {
            this.connection = connection;
            try {
                connection.setAutoCommit(false);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;\n" + SETTINGS);
                }
            } catch (SQLException e) {
                close();
                throw e;
            }
        }

        /** The facts of each mapping, by id. */
        Map<String, SourceFacts> facts(Destination destination, Map<BoundMapping, Position> positions) {
            var ids = new ArrayList<String>();
            var tables = new ArrayList<String>();
            var reads = new ArrayList<String>();
            var watermarks = new ArrayList<Long>();
            var epochs = new ArrayList<String>();
            var histories = new ArrayList<String>();
            positions.forEach((bound, position) -> {
                Mapping mapping = bound.mapping();
                ids.add(mapping.id());
                tables.add(mapping.source().logName());
                reads.add(mapping.tables().stream().map(TableName::logName).collect(Collectors.joining("\n")));
                watermarks.add(position.watermark());
                epochs.add(position.epoch() == null ? null : position.epoch().toString());
                histories.add(
                        position.moment() == null
                                ? null
                                : position.moment().history().toString());
            });
            try (PreparedStatement statement = connection.prepareStatement(FACTS.jdbc())) {
                var values = new HashMap<String, Object>();
                values.put("tenancy", destination.tenancyId());
                values.put("destination", destination.destinationId());
                values.put("revision", destination.revision());
                values.put("mappings", connection.createArrayOf("text", ids.toArray()));
                values.put("tables", connection.createArrayOf("text", tables.toArray()));
                values.put("reads", connection.createArrayOf("text", reads.toArray()));
                values.put("watermarks", connection.createArrayOf("bigint", watermarks.toArray()));
                values.put("epochs", connection.createArrayOf("text", epochs.toArray()));
                values.put("histories", connection.createArrayOf("text", histories.toArray()));
                FACTS.bind(statement, values);
                var facts = new HashMap<String, SourceFacts>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        facts.put(rows.getString("mapping_id"), facts(rows));
                    }
                }
                return facts;
            } catch (SQLException e) {
                throw new SourceException(e);
            }
        }

        private SourceFacts facts(ResultSet row) throws SQLException {
            return new SourceFacts(
                    row.getBoolean("wanted"),
                    row.getLong("last_sequence_id"),
                    row.getObject("current_epoch", UUID.class),
                    row.getLong("generation"),
                    row.getBoolean("epoch_known"),
                    row.getLong("next_epoch_begins"),
                    row.getLong("purged_through"),
                    row.getBoolean("has_news"),
                    moment(row),
                    row.getBoolean("history_known"),
                    row.getLong("next_history_begins"),
                    row.getObject("read_at", OffsetDateTime.class));
        }

        /** What this snapshot has seen; null before the first history. For where no facts were asked for. */
        SourceMoment moment() {
            try (PreparedStatement statement = connection.prepareStatement(MOMENT.jdbc());
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return moment(row);
            } catch (SQLException e) {
                throw new SourceException(e);
            }
        }

        private SourceMoment moment(ResultSet row) throws SQLException {
            UUID history = row.getObject("history", UUID.class);
            return history == null ? null : new SourceMoment(history, row.getLong("tick"));
        }

        /** The page of so many entries of the log behind a watermark; only to be asked for where there is news. */
        LogPage follow(BoundMapping bound, UUID tenancyId, long watermark, int entries) {
            Sql sql = statementsOf(bound).follow();
            Mapping mapping = bound.mapping();
            try (PreparedStatement statement = connection.prepareStatement(sql.jdbc())) {
                sql.bind(
                        statement,
                        Map.of(
                                "tenancy", tenancyId,
                                "table", mapping.source().logName(),
                                "watermark", watermark,
                                "rows", entries,
                                "bytes", config.pageBytes()));
                var deletes = new ArrayList<List<String>>();
                var upserts = new ArrayList<List<String>>();
                long lastEntry = watermark;
                long lastTouched = watermark;
                long keys = 0;
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        lastEntry = Math.max(watermark, rows.getLong("last_entry"));
                        keys = rows.getLong("keys");
                        if (rows.getObject("first_id") == null) {
                            continue;
                        }
                        lastTouched = rows.getLong("first_id");
                        if (rows.getString("tenancy") == null) {
                            deletes.add(texts(rows, "k", mapping.keyColumns().size()));
                        } else {
                            requireTenancy(tenancyId, rows);
                            upserts.add(texts(rows, "c", mapping.columns().size()));
                        }
                    }
                }
                boolean cut = deletes.size() + upserts.size() < keys;
                long next = cut ? lastTouched : lastEntry;
                return new LogPage(deletes, upserts, next, epochOf(next));
            } catch (SQLException e) {
                throw new SourceException(e);
            }
        }

        /** The page of so many rows of the table behind a source key. */
        TablePage copy(BoundMapping bound, UUID tenancyId, Optional<List<String>> cursor, int pageRows) {
            Statements of = statementsOf(bound);
            Sql sql = cursor.isPresent() ? of.copyNext() : of.copyFirst();
            Mapping mapping = bound.mapping();
            var values = new HashMap<String, Object>();
            values.put("tenancy", tenancyId);
            values.put("rows", pageRows);
            values.put("bytes", config.pageBytes());
            List<String> key = cursor.orElse(List.of());
            for (int i = 0; i < key.size(); i++) {
                values.put("key" + i, key.get(i));
            }
            try (PreparedStatement statement = connection.prepareStatement(sql.jdbc())) {
                sql.bind(statement, values);
                var byTargetKey = new LinkedHashMap<List<String>, List<String>>();
                List<String> last = null;
                long read = 0;
                long found = 0;
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        requireTenancy(tenancyId, rows);
                        read++;
                        found = rows.getLong("rows");
                        last = texts(rows, "k", mapping.key().size());
                        List<String> row = texts(rows, "c", mapping.columns().size());
                        byTargetKey.put(mapping.targetKey(row), row);
                    }
                }
                boolean more = read < found || found >= pageRows;
                return new TablePage(List.copyOf(byTargetKey.values()), Optional.ofNullable(last), more);
            } catch (SQLException e) {
                throw new SourceException(e);
            }
        }

        /** Those of the target keys that no live, matching row of the tenancy has. */
        List<List<String>> missing(BoundMapping bound, UUID tenancyId, List<List<String>> targetKeys) {
            Sql sql = statementsOf(bound).missing();
            try (PreparedStatement statement = connection.prepareStatement(sql.jdbc())) {
                var values = new HashMap<String, Object>();
                values.put("tenancy", tenancyId);
                for (int i = 0; i < bound.mapping().keyColumns().size(); i++) {
                    int column = i;
                    Object[] parts =
                            targetKeys.stream().map(key -> key.get(column)).toArray();
                    values.put("keys" + i, connection.createArrayOf("text", parts));
                }
                sql.bind(statement, values);
                var missing = new ArrayList<List<String>>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        missing.add(targetKeys.get(rows.getInt("n") - 1));
                    }
                }
                return missing;
            } catch (SQLException e) {
                throw new SourceException(e);
            }
        }

        private UUID epochOf(long sequenceId) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(EPOCH_OF.jdbc())) {
                EPOCH_OF.bind(statement, Map.of("sequence_id", sequenceId));
                try (ResultSet rows = statement.executeQuery()) {
                    if (!rows.next()) {
                        throw new IllegalStateException(
                                "Sequence id " + sequenceId + " belongs to no epoch; somebody gave it by hand");
                    }
                    return rows.getObject(1, UUID.class);
                }
            }
        }

        @Override
        public void close() {
            try {
                connection.rollback();
            } catch (SQLException e) {
                // The pool finds out that the connection is broken; what was read through it is complete.
            } finally {
                closeQuietly();
            }
        }

        private void closeQuietly() {
            try {
                connection.close();
            } catch (SQLException e) {
                // Nothing depends on it.
            }
        }
    }

    /** The second look of invariant 8: the query has asked for this tenancy's rows alone. */
    private static void requireTenancy(UUID tenancyId, ResultSet row) throws SQLException {
        if (!tenancyId.toString().equals(row.getString("tenancy"))) {
            throw new IllegalStateException(
                    "A row of another tenancy was read for tenancy " + tenancyId + "; nothing was written");
        }
    }

    /** Not {@link List#of}: a column may be null. */
    private static List<String> texts(ResultSet row, String prefix, int count) throws SQLException {
        var texts = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            texts.add(row.getString(prefix + i));
        }
        return texts;
    }
}
