package dev.dbsync.sequencer.expand;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.Mapping.Value;
import dev.dbsync.common.sql.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Works off what capture left to be looked for after its commit, and announces new capture generations and histories.
 *
 * <p>Entries are locked while they are worked on and those that others have locked are skipped, so any number of replicas
 * may run this at once. A transaction is bounded in rows and in time. What one expansion cannot do (its table is locked or
 * was altered) is set aside for a while and holds up no other; an entry that no loaded mapping knows stays for a replica
 * that knows it. Thread-safe.
 */
@ApplicationScoped
public class Expander {

    private static final Logger LOG = Logger.getLogger(Expander.class);

    private static final int PAGE_ROWS = 1000;
    private static final int ENTRIES_PER_TRANSACTION = 500;
    private static final int TRANSACTIONS_PER_RUN = 20;
    private static final Duration TIME_PER_RUN = Duration.ofMillis(250);
    private static final Duration ASIDE = Duration.ofMinutes(1);

    /** Long beside the lock timeout, which every other expansion and the next pass wait for as well. */
    private static final Duration ASIDE_LOCKED = Duration.ofSeconds(5);

    private static final Set<String> LOCKED = Set.of("55P03", "40P01");
    private static final String DATA_EXCEPTION = "22";

    private static final Sql TAKE = Sql.resource(Expander.class, "take.sql");
    private static final Sql UNKNOWN = Sql.resource(Expander.class, "unknown.sql");
    private static final Sql FINISH = Sql.resource(Expander.class, "finish.sql");
    private static final Sql TURN_PAGE = Sql.resource(Expander.class, "turn_page.sql");
    private static final Sql TAKE_GENERATIONS = Sql.resource(Expander.class, "take_generations.sql");
    private static final Sql TAKE_HISTORIES = Sql.resource(Expander.class, "take_histories.sql");
    private static final Sql ENQUEUE_EVERYBODY = Sql.resource(Expander.class, "enqueue_everybody.sql");
    private static final Sql ANNOUNCE = Sql.resource(Expander.class, "announce.sql");

    private final DataSource dataSource;
    private final Clock clock;
    private final Map<String, Instant> aside = new ConcurrentHashMap<>();
    private final Set<String> toldUnknown = new HashSet<>();
    private volatile Map<String, Expansion> expansions;

    public Expander(DataSource dataSource, Clock clock) {
        this.dataSource = dataSource;
        this.clock = clock;
    }

    /**
     * Resolves entries of these mappings from now on.
     *
     * @throws SQLException if the internal database refused to say what types their expressions have
     */
    public void load(Collection<BoundMapping> mappings) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            expansions = Expansions.of(mappings, (mapping, value) -> typeOf(connection, mapping, value));
        } catch (TypeUnknown e) {
            throw e.cause;
        }
    }

    /** Works until nothing is left, or until it is time for the next pass. Reports what fails and throws nothing. */
    public synchronized Expanded runOnce() {
        Instant end = clock.instant().plus(TIME_PER_RUN);
        Expanded total = Expanded.NOTHING;
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            total = total.plus(announce(connection));
            if (expansions != null) {
                Expanded batch;
                int transactions = 0;
                do {
                    batch = expandBatch(connection);
                    total = total.plus(batch);
                    transactions++;
                } while (batch.some()
                        && transactions < TRANSACTIONS_PER_RUN
                        && clock.instant().isBefore(end));
                if (!total.some()) {
                    tellUnknown(connection);
                }
            }
        } catch (SQLException e) {
            LOG.warnf("Expansion failed; tried again with the next pass error=%s", e.getMessage());
        }
        return total;
    }

    private Expanded announce(Connection connection) throws SQLException {
        begin(connection);
        Long[] generations = ids(connection, TAKE_GENERATIONS);
        Long[] histories = ids(connection, TAKE_HISTORIES);
        int found = generations.length + histories.length;
        if (found > 0) {
            run(connection, ENQUEUE_EVERYBODY, Map.of());
            run(connection, ANNOUNCE, Map.of("generations", generations, "histories", histories));
        }
        connection.commit();
        return new Expanded(found, 0, 0, 0);
    }

    private static Long[] ids(Connection connection, Sql taking) throws SQLException {
        var ids = new ArrayList<Long>();
        try (PreparedStatement statement = prepare(connection, taking, Map.of());
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                ids.add(result.getLong("id"));
            }
        }
        return ids.toArray(Long[]::new);
    }

    private record Entry(long id, String expansion, String key, String cursor) {}

    /** An expansion that failed, and the entry if it is known. */
    private static final class Failed extends Exception {
        private final String expansion;
        private final Long entry;
        private final SQLException cause;

        Failed(String expansion, Long entry, SQLException cause) {
            super(cause);
            this.expansion = expansion;
            this.entry = entry;
            this.cause = cause;
        }
    }

    private Expanded expandBatch(Connection connection) throws SQLException {
        try {
            begin(connection);
            Expanded expanded = expand(connection, take(connection));
            connection.commit();
            return expanded;
        } catch (Failed failed) {
            connection.rollback();
            return setAside(connection, failed);
        }
    }

    private List<Entry> take(Connection connection) throws SQLException {
        Instant now = clock.instant();
        aside.values().removeIf(until -> !until.isAfter(now));
        String[] known = expansions.keySet().stream()
                .filter(id -> !aside.containsKey(id))
                .toArray(String[]::new);
        var entries = new ArrayList<Entry>();
        try (PreparedStatement statement =
                        prepare(connection, TAKE, Map.of("known", known, "batch", ENTRIES_PER_TRANSACTION));
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                entries.add(new Entry(
                        result.getLong("id"),
                        result.getString("expansion"),
                        result.getString("key"),
                        result.getString("cursor")));
            }
        }
        return entries;
    }

    private Expanded expand(Connection connection, List<Entry> entries) throws Failed {
        var atOnce = new LinkedHashMap<String, List<Long>>();
        Expanded expanded = Expanded.NOTHING;
        for (Entry entry : entries) {
            if (expansions.get(entry.expansion()) instanceof Expansion.Paged paged) {
                if (expanded.entries() < PAGE_ROWS) {
                    expanded = expanded.plus(expandPage(connection, entry, paged));
                }
            } else {
                atOnce.computeIfAbsent(entry.expansion(), id -> new ArrayList<>())
                        .add(entry.id());
            }
        }
        for (Map.Entry<String, List<Long>> group : atOnce.entrySet()) {
            expanded = expanded.plus(expandAtOnce(connection, group.getKey(), group.getValue()));
        }
        return expanded;
    }

    private Expanded expandAtOnce(Connection connection, String id, List<Long> entries) throws Failed {
        var atOnce = (Expansion.AtOnce) expansions.get(id);
        try (PreparedStatement statement =
                prepare(connection, atOnce.statement(), Map.of("ids", entries.toArray(Long[]::new)))) {
            return new Expanded(0, entries.size(), statement.executeUpdate(), 1);
        } catch (SQLException e) {
            throw new Failed(id, null, e);
        }
    }

    private Expanded expandPage(Connection connection, Entry entry, Expansion.Paged paged) throws Failed {
        try {
            var values = new LinkedHashMap<String, Object>();
            values.put("id", entry.id());
            values.put("key", entry.key());
            values.put("page", PAGE_ROWS);
            if (entry.cursor() != null) {
                values.put("cursor", entry.cursor());
            }
            int rows = 0;
            String last = null;
            try (PreparedStatement statement =
                            prepare(connection, entry.cursor() == null ? paged.first() : paged.next(), values);
                    ResultSet result = statement.executeQuery()) {
                if (result.next()) {
                    rows = result.getInt("rows");
                    last = result.getString("last");
                }
            }
            if (rows < PAGE_ROWS) {
                run(connection, FINISH, Map.of("id", entry.id()));
                return new Expanded(0, 1, rows, 1);
            }
            run(connection, TURN_PAGE, Map.of("id", entry.id(), "cursor", last));
            return new Expanded(0, 0, rows, 1);
        } catch (SQLException e) {
            throw new Failed(entry.expansion(), entry.id(), e);
        }
    }

    /** A key that cannot be a value of what it is compared with matches no row: that entry is done. */
    private Expanded setAside(Connection connection, Failed failed) throws SQLException {
        String state = failed.cause.getSQLState();
        if (failed.entry != null && state != null && state.startsWith(DATA_EXCEPTION)) {
            begin(connection);
            run(connection, FINISH, Map.of("id", failed.entry));
            connection.commit();
            LOG.warnf(
                    "Dropped a pending entry whose key fits no row of the table it should lead to expansion=%s sqlState=%s",
                    failed.expansion, state);
            return new Expanded(0, 1, 0, 1);
        }
        Duration pause = state != null && LOCKED.contains(state) ? ASIDE_LOCKED : ASIDE;
        if (aside.put(failed.expansion, clock.instant().plus(pause)) == null) {
            LOG.warnf(
                    "An expansion failed and is set aside; others go on expansion=%s pause=%s error=%s",
                    failed.expansion, pause, failed.cause.getMessage());
        }
        return new Expanded(0, 0, 0, 1);
    }

    private void tellUnknown(Connection connection) throws SQLException {
        String[] known = expansions.keySet().toArray(String[]::new);
        try (PreparedStatement statement = prepare(connection, UNKNOWN, Map.of("known", known));
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                String unknown = result.getString(1);
                if (toldUnknown.add(unknown)) {
                    LOG.warnf(
                            "Entries wait for a mapping that is not loaded here; they stay for a replica that has its file"
                                    + " expansion=%s",
                            unknown);
                }
            }
        }
        connection.rollback();
    }

    private static void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL statement_timeout = '10s'");
            statement.execute("SET LOCAL lock_timeout = '1s'");
            // A stopped process gives back the entries it has locked, for another replica to work off.
            statement.execute("SET LOCAL idle_in_transaction_session_timeout = '10s'");
        }
    }

    private static void run(Connection connection, Sql sql, Map<String, ?> values) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values)) {
            statement.execute();
        }
    }

    private static PreparedStatement prepare(Connection connection, Sql sql, Map<String, ?> values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql.jdbc());
        try {
            sql.bind(statement, values);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /** Carries an {@link SQLException} through a function that may not throw one. */
    private static final class TypeUnknown extends RuntimeException {
        private final SQLException cause;

        TypeUnknown(SQLException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    private static String typeOf(Connection connection, Mapping mapping, Value value) {
        String sql =
                "SELECT pg_typeof((SELECT " + value.asSql() + " FROM " + mapping.fromClause() + " WHERE false))::text";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        } catch (SQLException e) {
            throw new TypeUnknown(e);
        }
    }
}
