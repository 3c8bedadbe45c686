package dev.dbsync.sequencer.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.Mapping.Dependency;
import dev.dbsync.common.mapping.TableName;
import dev.dbsync.common.sql.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Installs capture, and puts it back where somebody took it away. What is as it should be costs a look at the catalogue: no
 * DDL and no lock on an application's table.
 *
 * <p>One transaction per table: triggers, function bodies, the record of both and the table's new generation. Its first
 * statement on the table waits for the writers at most {@value #LOCK_TIMEOUT}, so that a long transaction of the
 * application is not what all others queue behind; then the table is tried again later. Any number of replicas may do this
 * at once, also with different mapping files: roles only ever grow. Thread-safe.
 */
@ApplicationScoped
public class CaptureInstaller {

    private static final Logger LOG = Logger.getLogger(CaptureInstaller.class);
    private static final String LOCK_TIMEOUT = "1500ms";
    private static final String NOT_THE_OWNER = "42501";

    private static final Sql COLUMN_TYPES = Sql.resource(CaptureInstaller.class, "column_types.sql");
    private static final Sql INSTALLED = Sql.resource(CaptureInstaller.class, "installed.sql");
    private static final Sql ROLES = Sql.resource(CaptureInstaller.class, "roles.sql");
    private static final Sql RECORD_TABLE = Sql.resource(CaptureInstaller.class, "record_table.sql");
    private static final Sql RECORD_GENERATION = Sql.resource(CaptureInstaller.class, "record_generation.sql");

    /** The stored form must not depend on how the service reads its requests. */
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DataSource dataSource;
    private final Set<TableName> notOwned = new LinkedHashSet<>();

    CaptureInstaller(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * What a run did.
     *
     * @param installed log names of the tables where something had to be done
     * @param postponed a sentence per table that could not be dealt with for now
     */
    public record Installation(List<String> installed, List<String> postponed) {}

    /**
     * Brings every table that the mappings read to where it should be.
     *
     * @throws SQLException if the database cannot be reached; what one table refuses is in the answer instead
     */
    public synchronized Installation runOnce(Collection<BoundMapping> mappings) throws SQLException {
        var installed = new ArrayList<String>();
        var postponed = new ArrayList<String>();
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            for (Map.Entry<TableName, Roles> entry : plan(connection, mappings).entrySet()) {
                TableName table = entry.getKey();
                try {
                    if (bringUp(connection, table, entry.getValue())) {
                        installed.add(table.logName());
                    }
                } catch (SQLException e) {
                    connection.rollback();
                    postponed.add("capture on " + table + " waits: " + firstLine(e));
                }
            }
        }
        tellNotOwned();
        return new Installation(List.copyOf(installed), List.copyOf(postponed));
    }

    private static Map<TableName, Roles> plan(Connection connection, Collection<BoundMapping> mappings)
            throws SQLException {
        var types = new LinkedHashMap<TableName, Map<String, String>>();
        for (BoundMapping bound : mappings) {
            for (Dependency dependency : bound.mapping().dependencies()) {
                types.put(dependency.table(), columnTypes(connection, dependency.table()));
            }
        }
        connection.rollback();
        return CapturePlan.of(mappings, types);
    }

    /** @return whether anything had to be done */
    private boolean bringUp(Connection connection, TableName table, Roles wanted) throws SQLException {
        if (isUpToDate(connection, table, wanted)) {
            connection.rollback();
            return false;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '" + LOCK_TIMEOUT + "'");
            statement.execute("SET LOCAL statement_timeout = '30s'");
            // A process that is stopped in the middle must not keep the application from writing.
            statement.execute("SET LOCAL idle_in_transaction_session_timeout = '10s'");
            statement.execute("SELECT pg_advisory_xact_lock(x'6462'::integer, 4)");
            if (isUpToDate(connection, table, wanted)) {
                connection.rollback();
                return false;
            }
            install(connection, statement, table, stored(connection, table).plus(wanted));
        }
        connection.commit();
        return true;
    }

    /**
     * The triggers come first: from the first of them on no writer is in the middle of the table, so none can have run an
     * old function body that a later writer would not. Only where the functions are missing altogether they are made before.
     */
    private void install(Connection connection, Statement statement, TableName table, Roles roles) throws SQLException {
        String change = CaptureBranches.change(table.logName(), roles);
        String delete = CaptureBranches.delete(table.logName(), roles);
        var triggers = CaptureTriggers.of(table, roles, change, delete);
        statement.execute("SELECT dbsync.rebuild_capture() WHERE to_regproc('dbsync.log_deleted_row') IS NULL");
        retire(connection, statement, triggers);
        for (String sql : triggers.create()) {
            statement.execute(sql);
        }
        enableAlways(connection, statement, triggers);
        update(
                connection,
                RECORD_TABLE,
                Map.of(
                        "table_name", table.logName(),
                        "relation", table.quoted(),
                        "roles", json(roles),
                        "change_branch", change,
                        "delete_branch", delete));
        statement.execute("SELECT dbsync.rebuild_capture()");
        update(connection, RECORD_GENERATION, Map.of("table_name", table.logName()));
        if (!roles.tenancies().isEmpty()) {
            statement.execute(indexOfFormerTenancies(table));
        }
    }

    /** Tombstones of rows whose tenancy is gone too are resolved by it. */
    private static String indexOfFormerTenancies(TableName table) {
        return "CREATE INDEX IF NOT EXISTS " + TableName.quote("DeletedRow_of_" + table.name())
                + " ON dbsync.\"DeletedRow\"" + " (\"id\") WHERE \"tableName\" = "
                + CaptureBranches.literal(table.logName());
    }

    /** Before any other lock on the table, since it takes the strongest. */
    private static void retire(Connection connection, Statement statement, CaptureTriggers triggers)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            statement.execute(triggers.retire());
        } catch (SQLException e) {
            if (!NOT_THE_OWNER.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
        }
    }

    private void enableAlways(Connection connection, Statement statement, CaptureTriggers triggers)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            statement.execute(triggers.enableAlways());
        } catch (SQLException e) {
            if (!NOT_THE_OWNER.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            notOwned.add(triggers.table());
        }
    }

    private void tellNotOwned() {
        if (!notOwned.isEmpty()) {
            LOG.warnf(
                    "Capture misses what sessions with session_replication_role = replica write, since this role does not own"
                            + " the tables; where there are such sessions, let the owners run for each: %s tables=%s",
                    CaptureTriggers.enableAlways("<table>"), notOwned);
            notOwned.clear();
        }
    }

    private static boolean isUpToDate(Connection connection, TableName table, Roles wanted) throws SQLException {
        Roles stored = stored(connection, table);
        Roles merged = stored.plus(wanted);
        if (!merged.equals(stored)) {
            return false;
        }
        var triggers = CaptureTriggers.of(
                table,
                merged,
                CaptureBranches.change(table.logName(), merged),
                CaptureBranches.delete(table.logName(), merged));
        try (PreparedStatement statement = connection.prepareStatement(INSTALLED.jdbc())) {
            INSTALLED.bind(
                    statement,
                    Map.of(
                            "table_name", table.logName(),
                            "relation", table.quoted(),
                            "definition", triggers.definition()));
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    throw new SQLException("there is no table " + table.quoted() + " in the internal database");
                }
                return result.getInt("triggers") == CaptureTriggers.NAMES.size();
            }
        }
    }

    private static Roles stored(Connection connection, TableName table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ROLES.jdbc())) {
            ROLES.bind(statement, Map.of("table_name", table.logName()));
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? JSON.readValue(result.getString("roles"), Roles.class) : Roles.NONE;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("\"CapturedTable\" holds roles that are not ours for " + table, e);
        }
    }

    private static Map<String, String> columnTypes(Connection connection, TableName table) throws SQLException {
        var types = new LinkedHashMap<String, String>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMN_TYPES.jdbc())) {
            COLUMN_TYPES.bind(statement, Map.of("relation", table.quoted()));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    types.put(result.getString("name"), result.getString("type"));
                }
            }
        }
        return types;
    }

    private static void update(Connection connection, Sql sql, Map<String, ?> values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.jdbc())) {
            sql.bind(statement, values);
            statement.executeUpdate();
        }
    }

    private static String json(Roles roles) {
        try {
            return JSON.writeValueAsString(roles);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Roles are plain lists and texts", e);
        }
    }

    private static String firstLine(SQLException e) {
        return e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getMessage().lines().findFirst().orElse("");
    }
}
