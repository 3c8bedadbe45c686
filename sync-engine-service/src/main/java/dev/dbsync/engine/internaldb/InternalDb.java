package dev.dbsync.engine.internaldb;

import dev.dbsync.common.internaldb.InternalSchema;
import dev.dbsync.common.sql.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Runs fixed statements on the internal database. Every piece of work is one transaction, READ COMMITTED; one statement alone
 * is one round trip, but for the first: nothing is done on a schema that is older than this release. Statement, lock and idle time-outs are the connections', see {@code new-connection-sql} in
 * {@code application.properties}. Blocking, so for worker threads. Thread-safe.
 */
@ApplicationScoped
public class InternalDb {

    private final DataSource dataSource;

    /** A schema only grows. */
    private volatile boolean schemaIsEnough;

    InternalDb(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** The same on other connections to it. */
    public static InternalDb on(DataSource dataSource) {
        return new InternalDb(dataSource);
    }

    /** Makes a value of a row, which it must not move away from. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** What is done in one transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T in(Session session) throws SQLException;
    }

    /** Does the work in one transaction, which is rolled back if the work throws. */
    public <T> T inTransaction(Work<T> work) {
        try (Connection connection = connection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.in(new Session(connection));
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            throw new InternalDbException(e);
        }
    }

    /** Does work that is a single statement; it begins and ends its transaction itself, without round trips for that. */
    public <T> T alone(Work<T> statement) {
        try (Connection connection = connection()) {
            return statement.in(new Session(connection));
        } catch (SQLException e) {
            throw new InternalDbException(e);
        }
    }

    /** All rows of one statement. */
    public <T> List<T> query(Sql sql, Map<String, ?> parameters, RowReader<T> reader) {
        return alone(session -> session.query(sql, parameters, reader));
    }

    /** The first row of one statement; empty if there is none. */
    public <T> Optional<T> queryOne(Sql sql, Map<String, ?> parameters, RowReader<T> reader) {
        return alone(session -> session.queryOne(sql, parameters, reader));
    }

    private Connection connection() throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            requireSchema(connection);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void requireSchema(Connection connection) throws SQLException {
        if (schemaIsEnough) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(InternalSchema.VERSION_THERE.jdbc());
                ResultSet row = statement.executeQuery()) {
            row.next();
            int version = row.getInt("version");
            if (!InternalSchema.isEnough(version)) {
                throw new SQLException(InternalSchema.tooOld(version), InternalDbException.SCHEMA_TOO_OLD);
            }
            schemaIsEnough = true;
        }
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException alsoFailed) {
            cause.addSuppressed(alsoFailed);
        }
    }

    /** A transaction under way. Not thread-safe; useless after its end. */
    public static final class Session {

        private final Connection connection;

        private Session(Connection connection) {
            this.connection = connection;
        }

        /** All rows. */
        public <T> List<T> query(Sql sql, Map<String, ?> parameters, RowReader<T> reader) throws SQLException {
            try (PreparedStatement statement = prepared(sql, parameters);
                    ResultSet rows = statement.executeQuery()) {
                var found = new ArrayList<T>();
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
                return found;
            }
        }

        /** The first row; empty if there is none. */
        public <T> Optional<T> queryOne(Sql sql, Map<String, ?> parameters, RowReader<T> reader) throws SQLException {
            return query(sql, parameters, reader).stream().findFirst();
        }

        /** @return how many rows changed */
        public int update(Sql sql, Map<String, ?> parameters) throws SQLException {
            try (PreparedStatement statement = prepared(sql, parameters)) {
                return statement.executeUpdate();
            }
        }

        /** Runs a statement whose rows, if any, do not matter. */
        public void execute(Sql sql, Map<String, ?> parameters) throws SQLException {
            try (PreparedStatement statement = prepared(sql, parameters)) {
                statement.execute();
            }
        }

        /** An array parameter. */
        public Array array(String type, Object[] elements) throws SQLException {
            return connection.createArrayOf(type, elements);
        }

        private PreparedStatement prepared(Sql sql, Map<String, ?> parameters) throws SQLException {
            PreparedStatement statement = connection.prepareStatement(sql.jdbc());
            try {
                sql.bind(statement, parameters);
                return statement;
            } catch (SQLException | RuntimeException e) {
                statement.close();
                throw e;
            }
        }
    }
}
