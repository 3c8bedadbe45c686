package dev.dbsync.harness;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * One database as one role sees it, with small helpers that each open a connection of their own, work in auto-commit and
 * turn an {@link SQLException} into an {@link IllegalStateException}. Thread-safe.
 *
 * <p>{@link #keepingConnections()} does the same with connections that are kept, for where there are thousands of small statements.
 */
public final class TestDatabase implements AutoCloseable {

    private final PostgresServer server;
    private final PostgresAddress address;

    /** Null where none are kept. */
    private final ConcurrentLinkedDeque<Connection> kept;

    TestDatabase(PostgresServer server, PostgresAddress address) {
        this(server, address, null);
    }

    private TestDatabase(PostgresServer server, PostgresAddress address, ConcurrentLinkedDeque<Connection> kept) {
        this.server = server;
        this.address = address;
        this.kept = kept;
    }

    /**
     * The same database through connections that stay open, so nobody else may drop or rename it without force. What a statement sets in its
     * session is gone with the next one, as ever.
     */
    public TestDatabase keepingConnections() {
        return new TestDatabase(server, address, new ConcurrentLinkedDeque<>());
    }

    public String name() {
        return address.database();
    }

    public String host() {
        return address.host();
    }

    public int port() {
        return address.port();
    }

    public String username() {
        return address.username();
    }

    /** Never null, maybe empty. */
    public String password() {
        return address.password();
    }

    /** {@code jdbc:postgresql://host:port/name} */
    public String jdbcUrl() {
        return address.jdbcUrl();
    }

    /** {@code postgresql://host:port/name} */
    public String url() {
        return address.url();
    }

    /** {@code postgres://user:password@host:port/name} */
    public String connectionString() {
        return address.connectionString();
    }

    /** The server it is on. */
    public PostgresServer server() {
        return server;
    }

    /** The same database, as another role. */
    public TestDatabase as(String username, String password) {
        return new TestDatabase(server, address.as(username, password));
    }

    /** A connection, in auto-commit, that the caller closes. */
    public Connection connect() throws SQLException {
        return PostgresServer.connect(address);
    }

    /** Runs texts of one or more statements each, one after another. */
    public void execute(String... sql) {
        try (var borrowed = new Borrowed();
                var statement = borrowed.connection.createStatement()) {
            for (String text : sql) {
                statement.execute(text);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Runs one statement with {@code ?} parameters and returns how many rows it changed. */
    public int update(String sql, Object... parameters) {
        try (var borrowed = new Borrowed();
                PreparedStatement statement = prepared(borrowed.connection, sql, parameters)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** All rows, each by column name in order. Values are as the driver gives them, null where null. */
    public List<Map<String, Object>> query(String sql, Object... parameters) {
        try (var borrowed = new Borrowed();
                PreparedStatement statement = prepared(borrowed.connection, sql, parameters);
                ResultSet result = statement.executeQuery()) {
            var rows = new ArrayList<Map<String, Object>>();
            ResultSetMetaData columns = result.getMetaData();
            while (result.next()) {
                var row = new LinkedHashMap<String, Object>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    row.put(columns.getColumnLabel(i), result.getObject(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The first row's first column; empty if there is no row or it is null. */
    public <T> Optional<T> queryOne(Class<T> type, String sql, Object... parameters) {
        try (var borrowed = new Borrowed();
                PreparedStatement statement = prepared(borrowed.connection, sql, parameters);
                ResultSet result = statement.executeQuery()) {
            return result.next() ? Optional.ofNullable(result.getObject(1, type)) : Optional.empty();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The first row's first column as a number, such as a count's; 0 if there is no row or it is null. */
    public long queryLong(String sql, Object... parameters) {
        try (var borrowed = new Borrowed();
                PreparedStatement statement = prepared(borrowed.connection, sql, parameters);
                ResultSet result = statement.executeQuery()) {
            return result.next() ? result.getLong(1) : 0;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The first row's first column as text, whatever its type; null if there is no row or it is null. */
    public String queryText(String sql, Object... parameters) {
        try (var borrowed = new Borrowed();
                PreparedStatement statement = prepared(borrowed.connection, sql, parameters);
                ResultSet result = statement.executeQuery()) {
            return result.next() ? result.getString(1) : null;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Drops the database and cuts off whoever is connected. Doing it twice is no error. */
    public void drop() {
        server.drop(name());
    }

    @Override
    public void close() {
        drop();
    }

    /** Without credentials. */
    @Override
    public String toString() {
        return address.toString();
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    /** A connection for one statement. */
    private final class Borrowed implements AutoCloseable {

        private final Connection connection;

        private Borrowed() throws SQLException {
            connection = kept == null ? connect() : connectionOfBefore();
        }

        private Connection connectionOfBefore() throws SQLException {
            for (Connection idle = kept.pollFirst(); idle != null; idle = kept.pollFirst()) {
                try (var statement = idle.createStatement()) {
                    statement.execute("DISCARD ALL");
                    return idle;
                } catch (SQLException e) {
                    // The server was restarted, or cut it off.
                    idle.close();
                }
            }
            return connect();
        }

        @Override
        public void close() throws SQLException {
            if (kept == null) {
                connection.close();
            } else {
                kept.addFirst(connection);
            }
        }
    }

    private IllegalStateException failed(SQLException e) {
        return new IllegalStateException("Failed in " + this + ": " + e.getMessage(), e);
    }
}
