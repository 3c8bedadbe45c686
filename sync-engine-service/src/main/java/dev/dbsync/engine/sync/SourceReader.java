package dev.dbsync.engine.sync;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.TableName;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.RowHashes.Buckets;
import dev.dbsync.engine.target.RowHashes.Keyed;
import dev.dbsync.engine.target.RowHashes.Range;
import dev.dbsync.engine.target.RowHashes.Sum;
import dev.dbsync.engine.target.SourceMoment;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.postgresql.jdbc.PgConnection;

/** Reads positions' facts and pages of rows from the internal database. Thread-safe; its snapshots are not. */
@ApplicationScoped
public class SourceReader {

    private static final Sql FACTS = Sql.resource(SourceReader.class, "facts.sql");
    private static final Sql MOMENT = Sql.resource(SourceReader.class, "moment.sql");
    private static final Sql ANNOUNCE_COPY = Sql.resource(SourceReader.class, "announce_copy.sql");

    /** Entries of the log that are looked through for what is under way; with more, everything counts as under way. */
    private static final int MOST_IN_FLIGHT = 5000;

    private final DataSource internal;
    private final DataSource snapshots;
    private final SyncConfig config;
    private final ChunkReader chunks;
    private final Map<String, Statements> statements = new ConcurrentHashMap<>();

    /** @param snapshots connections whose every transaction is a read-only snapshot, see {@code application.properties} */
    SourceReader(
            DataSource internal, @io.quarkus.agroal.DataSource("snapshots") DataSource snapshots, SyncConfig config) {
        this.internal = internal;
        this.snapshots = snapshots;
        this.config = config;
        this.chunks = new ChunkReader(this, config);
    }

    /** Opens a read-only snapshot. Everything read through it is of one moment. */
    Snapshot snapshot() {
        try {
            return new Snapshot(snapshots.getConnection());
        } catch (SQLException e) {
            throw new SourceException(e);
        }
    }

    /** The facts of each mapping, by id, of one snapshot that ends with the answer. */
    Map<String, SourceFacts> facts(Destination destination, Map<BoundMapping, Position> positions) {
        try (Connection connection = snapshots.getConnection();
                PreparedStatement statement = connection.prepareStatement(FACTS.jdbc())) {
            FACTS.bind(statement, factsValues(connection, destination, positions));
            try (ResultSet rows = statement.executeQuery()) {
                return facts(rows);
            }
        } catch (SQLException e) {
            throw new SourceException(e);
        }
    }

    /**
     * The facts of some mappings by id, and of one of them the page of the log behind its position.
     *
     * @param page only to be used where the facts say that there is news
     */
    record Follow(Map<String, SourceFacts> facts, LogPage page) {}

    /**
     * Facts and page of one snapshot in one round trip: the two statements are sent together, and a transaction that nobody
     * began lasts until the driver asks for the answers.
     */
    Follow follow(BoundMapping bound, Destination destination, Map<BoundMapping, Position> positions, int entries) {
        Sql sql = statementsOf(bound).factsAndFollow();
        try (Connection connection = snapshots.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql.jdbc())) {
            long watermark = positions.get(bound).watermark();
            Map<String, Object> values = factsValues(connection, destination, positions);
            values.putAll(followValues(bound, destination.tenancyId(), watermark, entries));
            sql.bind(statement, values);
            statement.execute();
            Map<String, SourceFacts> facts;
            try (ResultSet rows = statement.getResultSet()) {
                facts = facts(rows);
            }
            statement.getMoreResults();
            try (ResultSet rows = statement.getResultSet()) {
                return new Follow(facts, page(bound, destination.tenancyId(), watermark, entries, rows));
            }
        } catch (SQLException e) {
            throw new SourceException(e);
        }
    }

    /**
     * A snapshot of what a mapping reads, behind locks on its tables: a truncate empties the table for snapshots older than itself too,
     * so one that is under way is waited for, and none gets in between.
     */
    Snapshot snapshotOf(BoundMapping bound) {
        Snapshot snapshot = snapshot();
        try (Statement statement = snapshot.connection.createStatement()) {
            // No statement before this one takes a snapshot, and neither does this one.
            statement.execute("LOCK TABLE "
                    + bound.mapping().tables().stream()
                            .map(TableName::quoted)
                            .sorted()
                            .collect(Collectors.joining(", "))
                    + " IN ACCESS SHARE MODE");
            return snapshot;
        } catch (SQLException e) {
            snapshot.close();
            throw new SourceException(e);
        }
    }

    /** Reads chunks, for copies of more than a few rows. */
    ChunkReader chunks() {
        return chunks;
    }

    @PreDestroy
    void stop() {
        chunks.stop();
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

    /** Whether each of these could be a target key of the mapping, of whatever row. */
    boolean areTargetKeys(BoundMapping bound, List<List<String>> keys) {
        Sql sql = statementsOf(bound).queries().castKeys();
        try (Connection connection = internal.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql.jdbc())) {
            var values = new HashMap<String, Object>();
            putKeys(values, connection, bound, keys);
            sql.bind(statement, values);
            return statement.execute();
        } catch (SQLException e) {
            var failure = new SourceException(e);
            if (failure.isAboutRows()) {
                return false;
            }
            throw failure;
        }
    }

    private static void putKeys(
            Map<String, Object> values, Connection connection, BoundMapping bound, List<List<String>> targetKeys)
            throws SQLException {
        for (int i = 0; i < bound.mapping().keyColumns().size(); i++) {
            int column = i;
            Object[] parts = targetKeys.stream().map(key -> key.get(column)).toArray();
            values.put("keys" + i, connection.createArrayOf("text", parts));
        }
    }

    private Statements statementsOf(BoundMapping mapping) {
        return statements.computeIfAbsent(mapping.id() + mapping.mapping().hash(), id -> Statements.of(mapping));
    }

    private record Statements(
            SourceQueries queries,
            Sql follow,
            Sql factsAndFollow,
            Sql copyFirst,
            Sql copyNext,
            Sql keyAheadFirst,
            Sql keyAheadNext,
            Sql missing) {
        static Statements of(BoundMapping mapping) {
            var queries = new SourceQueries(mapping);
            Sql follow = queries.follow();
            return new Statements(
                    queries,
                    follow,
                    Sql.both(FACTS, follow),
                    queries.copy(false),
                    queries.copy(true),
                    queries.keyAhead(false),
                    queries.keyAhead(true),
                    queries.missing());
        }
    }

    /**
     * What is under way for some target keys.
     *
     * @param everything too much to tell, so it may be any of them
     * @param keys their places in the list
     */
    record InFlight(boolean everything, Set<Integer> keys) {
        boolean has(int key) {
            return everything || keys.contains(key);
        }
    }

    /**
     * Rows by the place of their target keys.
     *
     * @param keys so many of the keys were looked up; the rest has to be asked for again
     */
    record RowsOf(Map<Integer, List<String>> rows, int keys) {}

    /** One read-only transaction in one snapshot. Closing it ends the transaction and never throws for that. */
    final class Snapshot implements AutoCloseable {

        private final Connection connection;

        private Snapshot(Connection connection) throws SQLException {
            this.connection = connection;
            try {
                connection.setAutoCommit(false);
            } catch (SQLException e) {
                close();
                throw e;
            }
        }

        /** The facts of each mapping, by id. */
        Map<String, SourceFacts> facts(Destination destination, Map<BoundMapping, Position> positions) {
            try (PreparedStatement statement = connection.prepareStatement(FACTS.jdbc())) {
                FACTS.bind(statement, factsValues(connection, destination, positions));
                try (ResultSet rows = statement.executeQuery()) {
                    return SourceReader.facts(rows);
                }
            } catch (SQLException e) {
                throw new SourceException(e);
            }
        }

        /** What this snapshot has seen; null before the first history. For where no facts were asked for. */
        SourceMoment moment() {
            try (PreparedStatement statement = connection.prepareStatement(MOMENT.jdbc());
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return SourceReader.moment(row);
            } catch (SQLException e) {
                throw new SourceException(e);
            }
        }

        /** The page of so many entries of the log behind a watermark; only to be asked for where there is news. */
        LogPage follow(BoundMapping bound, UUID tenancyId, long watermark, int entries) {
            Sql sql = statementsOf(bound).follow();
            try (PreparedStatement statement = connection.prepareStatement(sql.jdbc())) {
                sql.bind(statement, followValues(bound, tenancyId, watermark, entries));
                try (ResultSet rows = statement.executeQuery()) {
                    return page(bound, tenancyId, watermark, entries, rows);
                }
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

        SourceFacts facts(Destination destination, BoundMapping bound, Position position) {
            return facts(destination, Map.of(bound, position)).get(bound.id());
        }

        /** The source key so many rows behind a cursor, and the one after it; fewer if there are not so many. */
        List<List<String>> keysAhead(BoundMapping bound, UUID tenancyId, Optional<List<String>> cursor, int skip) {
            Statements of = statementsOf(bound);
            Sql sql = cursor.isPresent() ? of.keyAheadNext() : of.keyAheadFirst();
            var values = new HashMap<String, Object>(Map.of("tenancy", tenancyId, "skip", skip));
            List<String> key = cursor.orElse(List.of());
            for (int i = of.queries().firstOfRange(); i < key.size(); i++) {
                values.put("key" + i, key.get(i));
            }
            try (PreparedStatement statement = connection.prepareStatement(sql.jdbc())) {
                sql.bind(statement, values);
                var keys = new ArrayList<List<String>>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        keys.add(texts(rows, "k", bound.mapping().key().size()));
                    }
                }
                return keys;
            } catch (SQLException e) {
                throw new SourceException(e);
            }
        }

        /** Begins to read the rows behind a source key, through another, in binary form. */
        CopyOut copyOut(
                BoundMapping bound, UUID tenancyId, Optional<List<String>> after, Optional<List<String>> through)
                throws SQLException {
            PGConnection postgres = connection.unwrap(PGConnection.class);
            String sql = statementsOf(bound)
                    .queries()
                    .chunk("'" + tenancyId + "'", literals(postgres, after), literals(postgres, through));
            return postgres.getCopyAPI().copyOut(sql);
        }

        /** Breaks the connection, in the middle of an answer. The pool's own {@code abort} would break nothing and lose it. */
        void abort() throws SQLException {
            connection.unwrap(PgConnection.class).abort(Runnable::run);
        }

        private static List<String> literals(PGConnection postgres, Optional<List<String>> key) throws SQLException {
            var literals = new ArrayList<String>();
            for (String text : key.orElse(List.of())) {
                literals.add("'" + postgres.escapeLiteral(text) + "'");
            }
            return literals;
        }

        /** Those of the target keys that no live, matching row of the tenancy has. */
        List<List<String>> missing(BoundMapping bound, UUID tenancyId, List<List<String>> targetKeys) {
            Sql sql = statementsOf(bound).missing();
            try (PreparedStatement statement = connection.prepareStatement(sql.jdbc())) {
                var values = new HashMap<String, Object>();
                values.put("tenancy", tenancyId);
                putKeys(values, connection, bound, targetKeys);
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

        /**
         * The target key so many rows behind another, or the one that the target names if that comes first; empty if there is neither.
         */
        Optional<List<String>> boundary(
                BoundMapping bound,
                UUID tenancyId,
                Optional<List<String>> after,
                Optional<List<String>> theirs,
                int rows) {
            Sql sql = new SourceQueries(bound).boundary(after.isPresent(), theirs.isPresent());
            var values = new HashMap<String, Object>();
            values.put("tenancy", tenancyId);
            values.put("skipped", rows - 1);
            putTexts(values, "after", after);
            putTexts(values, "theirs", theirs);
            return read(
                            sql,
                            values,
                            row -> texts(row, "k", bound.mapping().keyColumns().size()))
                    .stream()
                    .findFirst();
        }

        /** As {@code PostgresTarget.sums}. */
        Map<Long, Sum> sums(BoundMapping bound, UUID tenancyId, String salt, Range range, int bits, Buckets picked) {
            boolean some = picked != Buckets.ALL;
            Sql sql = new SourceQueries(bound)
                    .sums(range.after().isPresent(), range.upTo().isPresent(), some);
            Map<String, Object> values = values(tenancyId, range);
            values.put("salt", salt);
            values.put("shift", new Buckets(bits, List.of()).shift());
            if (some) {
                putPicked(values, picked);
            }
            var sums = new HashMap<Long, Sum>();
            read(
                    sql,
                    values,
                    row -> sums.put(row.getLong("bucket"), new Sum(row.getLong("rows"), row.getLong("hash"))));
            return sums;
        }

        /** The rows of a range that fall into some buckets. */
        List<Keyed> hashes(BoundMapping bound, UUID tenancyId, String salt, Range range, Buckets picked) {
            Sql sql = new SourceQueries(bound)
                    .hashes(range.after().isPresent(), range.upTo().isPresent());
            Map<String, Object> values = values(tenancyId, range);
            values.put("salt", salt);
            putPicked(values, picked);
            return read(
                    sql,
                    values,
                    row -> new Keyed(
                            texts(row, "k", bound.mapping().keyColumns().size()), row.getLong("h")));
        }

        /** The hashes of the live, matching rows that have one of these target keys, by the key's place in the list. */
        Map<Integer, Long> hashesOf(BoundMapping bound, UUID tenancyId, String salt, List<List<String>> keys) {
            Map<String, Object> values = values(bound, tenancyId, keys);
            values.put("salt", salt);
            var hashes = new HashMap<Integer, Long>();
            read(new SourceQueries(bound).hashesOf(), values, row -> hashes.put(row.getInt("n") - 1, row.getLong("h")));
            return hashes;
        }

        /** The live, matching rows that have one of these target keys. */
        RowsOf rowsOf(BoundMapping bound, UUID tenancyId, List<List<String>> keys) {
            Map<String, Object> values = values(bound, tenancyId, keys);
            values.put("bytes", config.pageBytes());
            var rows = new HashMap<Integer, List<String>>();
            int last = -1;
            long found = 0;
            for (var row : read(new SourceQueries(bound).rowsOf(), values, row -> {
                requireTenancy(tenancyId, row);
                return Map.entry(
                        List.of(row.getInt("n") - 1, row.getInt("found")),
                        texts(row, "c", bound.mapping().columns().size()));
            })) {
                last = row.getKey().get(0);
                found = row.getKey().get(1);
                rows.put(last, row.getValue());
            }
            return new RowsOf(rows, rows.size() < found ? last + 1 : keys.size());
        }

        /** Which of these target keys something is under way for, in a target at this watermark. */
        InFlight inFlight(BoundMapping bound, UUID tenancyId, long watermark, List<List<String>> keys) {
            String table = bound.mapping().source().logName();
            Map<String, Object> values = values(bound, tenancyId, keys);
            values.put("table", table);
            values.put("watermark", watermark);
            values.put("entries", MOST_IN_FLIGHT);
            values.put("expansions", table + "#");
            var touched = new HashSet<Integer>();
            boolean everything = read(new SourceQueries(bound).inFlight(), values, row -> {
                        if (row.getObject("n") != null) {
                            touched.add(row.getInt("n") - 1);
                        }
                        return row.getBoolean("crowded") || row.getBoolean("expanding");
                    })
                    .contains(true);
            return new InFlight(everything, touched);
        }

        private interface RowReader<T> {
            T read(ResultSet row) throws SQLException;
        }

        private <T> List<T> read(Sql sql, Map<String, Object> values, RowReader<T> reader) {
            try (PreparedStatement statement = connection.prepareStatement(sql.jdbc())) {
                sql.bind(statement, values);
                try (ResultSet rows = statement.executeQuery()) {
                    var found = new ArrayList<T>();
                    while (rows.next()) {
                        found.add(reader.read(rows));
                    }
                    return found;
                }
            } catch (SQLException e) {
                throw new SourceException(e);
            }
        }

        private Map<String, Object> values(UUID tenancyId, Range range) {
            var values = new HashMap<String, Object>();
            values.put("tenancy", tenancyId);
            putTexts(values, "after", range.after());
            putTexts(values, "to", range.upTo());
            return values;
        }

        private Map<String, Object> values(BoundMapping bound, UUID tenancyId, List<List<String>> targetKeys) {
            var values = new HashMap<String, Object>();
            values.put("tenancy", tenancyId);
            try {
                putKeys(values, connection, bound, targetKeys);
            } catch (SQLException e) {
                throw new SourceException(e);
            }
            return values;
        }

        private void putPicked(Map<String, Object> values, Buckets picked) {
            values.put("picked_shift", picked.shift());
            values.put("picked", array("bigint", picked.numbers().toArray()));
        }

        private static void putTexts(Map<String, Object> values, String name, Optional<List<String>> texts) {
            List<String> present = texts.orElse(List.of());
            for (int i = 0; i < present.size(); i++) {
                values.put(name + i, present.get(i));
            }
        }

        private Array array(String type, Object[] elements) {
            try {
                return connection.createArrayOf(type, elements);
            } catch (SQLException e) {
                throw new SourceException(e);
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

    private static Map<String, Object> factsValues(
            Connection connection, Destination destination, Map<BoundMapping, Position> positions) throws SQLException {
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
        return values;
    }

    private static Map<String, SourceFacts> facts(ResultSet rows) throws SQLException {
        var facts = new HashMap<String, SourceFacts>();
        while (rows.next()) {
            facts.put(
                    rows.getString("mapping_id"),
                    new SourceFacts(
                            rows.getBoolean("wanted"),
                            rows.getLong("last_sequence_id"),
                            rows.getObject("current_epoch", UUID.class),
                            rows.getLong("generation"),
                            rows.getBoolean("epoch_known"),
                            rows.getLong("next_epoch_begins"),
                            rows.getLong("purged_through"),
                            rows.getBoolean("has_news"),
                            moment(rows),
                            rows.getBoolean("history_known"),
                            rows.getLong("next_history_begins"),
                            rows.getObject("read_at", OffsetDateTime.class),
                            rows.getObject("resync", UUID.class)));
        }
        return facts;
    }

    private static SourceMoment moment(ResultSet row) throws SQLException {
        UUID history = row.getObject("history", UUID.class);
        return history == null ? null : new SourceMoment(history, row.getLong("tick"));
    }

    private Map<String, Object> followValues(BoundMapping bound, UUID tenancyId, long watermark, int entries) {
        return Map.of(
                "tenancy", tenancyId,
                "table", bound.mapping().source().logName(),
                "watermark", watermark,
                "rows", entries,
                "bytes", config.pageBytes());
    }

    private static LogPage page(BoundMapping bound, UUID tenancyId, long watermark, int limit, ResultSet rows)
            throws SQLException {
        long readAt = System.nanoTime();
        var ages = new ArrayList<Double>();
        Mapping mapping = bound.mapping();
        var deletes = new ArrayList<List<String>>();
        var upserts = new ArrayList<List<String>>();
        long entries = 0;
        long keys = 0;
        long lastEntry = watermark;
        UUID lastEpoch = null;
        long lastTouched = watermark;
        UUID touchedEpoch = null;
        while (rows.next()) {
            entries = rows.getLong("entries");
            keys = rows.getLong("keys");
            lastEntry = Math.max(watermark, rows.getLong("last_entry"));
            lastEpoch = rows.getObject("last_epoch", UUID.class);
            if (rows.getObject("first_id") == null) {
                continue;
            }
            ages.add(rows.getDouble("age"));
            lastTouched = rows.getLong("first_id");
            touchedEpoch = rows.getObject("epoch", UUID.class);
            if (rows.getString("tenancy") == null) {
                deletes.add(texts(rows, "k", mapping.keyColumns().size()));
            } else {
                requireTenancy(tenancyId, rows);
                upserts.add(texts(rows, "c", mapping.columns().size()));
            }
        }
        boolean cut = deletes.size() + upserts.size() < keys;
        UUID epoch = cut ? touchedEpoch : lastEpoch;
        if (entries > 0 && epoch == null) {
            throw new IllegalStateException(
                    "Sequence id " + lastEntry + " belongs to no epoch; somebody gave it by hand");
        }
        return new LogPage(
                deletes,
                upserts,
                cut ? lastTouched : lastEntry,
                epoch,
                cut || entries >= limit,
                new ChangeAges(ages, readAt));
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
