package dev.dbsync.harness;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import org.postgresql.Driver;

/**
 * A PostgreSQL server that databases can be made on. {@link #shared()} finds or starts one per JVM, {@link #startEmbedded}
 * starts one more. Thread-safe.
 */
public abstract sealed class PostgresServer implements AutoCloseable
        permits ExternalPostgresServer, ContainerPostgresServer, EmbeddedPostgresServer, InstalledPostgresServer {

    /** Names a server to use, as {@code postgresql://user:password@host:port/database}, by a role that may create databases. */
    public static final String URL_PROPERTY = "dbsync.test.postgres-url";

    /** The same as {@link #URL_PROPERTY}, from the environment. */
    public static final String URL_VARIABLE = "DBSYNC_TEST_POSTGRES_URL";

    private final PostgresAddress address;

    PostgresServer(PostgresAddress address) {
        this.address = address;
    }

    /**
     * The server of this JVM: the one that {@value #URL_PROPERTY} or {@value #URL_VARIABLE} names, else a container where a
     * Docker engine answers, else an embedded server. Started once, also when several class loaders ask, and stopped with
     * the JVM.
     *
     * @throws IllegalStateException if none of the three can be had; the message names the property to set
     */
    public static PostgresServer shared() {
        return SharedPostgresServer.get();
    }

    /**
     * Starts an embedded server that listens on localhost, with {@code fsync} off. The superuser {@code postgres} needs no
     * password, every other role does.
     *
     * @param port          the port to listen on, 0 for any free one
     * @param dataDirectory where it keeps its data; an existing cluster is used as it is. Null for a throw-away directory
     * @param serverConfig  settings as in {@code postgresql.conf}, over the defaults of this method
     * @throws IllegalStateException if it cannot be started
     */
    public static EmbeddedPostgresServer startEmbedded(int port, Path dataDirectory, Map<String, String> serverConfig) {
        return EmbeddedPostgresServer.start(port, dataDirectory, serverConfig);
    }

    /**
     * Starts a throw-away server for measurements, on a free port: nothing that costs a commit is switched off. It is the
     * PostgreSQL installed on this machine where there is one that we may run, else an embedded one.
     */
    public static PostgresServer startDurable(Map<String, String> serverConfig) {
        var config = new LinkedHashMap<>(serverConfig);
        List.of("fsync", "synchronous_commit", "full_page_writes").forEach(name -> config.put(name, "on"));
        return InstalledPostgresServer.binaries()
                .<PostgresServer>map(binaries -> InstalledPostgresServer.start(binaries, 0, config))
                .orElseGet(() -> startEmbedded(0, null, config));
    }

    /** A new, empty database, its name made of the prefix and random digits. */
    public TestDatabase createDatabase(String prefix) {
        String suffix = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        String name = prefix.toLowerCase(Locale.ROOT) + "_" + suffix;
        return createDatabaseNamed(name);
    }

    /** A new, empty database of exactly this name. */
    public TestDatabase createDatabaseNamed(String name) {
        // template0, because nobody can be connected to it: creating databases in parallel works.
        execute("CREATE DATABASE " + quoted(name) + " TEMPLATE template0");
        return database(name);
    }

    /** A database that exists. */
    public TestDatabase database(String name) {
        return new TestDatabase(this, address.ofDatabase(name));
    }

    /** A role that may log in with this password. The caller drops it, or the server ends before anybody minds. */
    public void createRole(String name, String password) {
        execute("CREATE ROLE " + quoted(name) + " LOGIN PASSWORD '" + password.replace("'", "''") + "'");
    }

    /** Runs statements in the server's maintenance database, each in a transaction of its own. */
    public void execute(String... statements) {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Failed on " + this + ": " + e.getMessage(), e);
        }
    }

    /** A connection to the maintenance database. */
    public Connection connect() throws SQLException {
        return connect(address);
    }

    public String host() {
        return address.host();
    }

    public int port() {
        return address.port();
    }

    /** The role that may create databases. */
    public String username() {
        return address.username();
    }

    public String password() {
        return address.password();
    }

    /** The process that all of the server's others come from, where it was started here as a process of this machine. */
    public Optional<ProcessHandle> postmaster() {
        return Optional.empty();
    }

    /** Ends the server if it was started here. */
    public abstract void stop();

    @Override
    public void close() {
        stop();
    }

    /** Without credentials. */
    @Override
    public String toString() {
        return address.toString();
    }

    PostgresAddress address() {
        return address;
    }

    void drop(String database) {
        execute("DROP DATABASE IF EXISTS " + quoted(database) + " WITH (FORCE)");
    }

    static Connection connect(PostgresAddress address) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", address.username());
        properties.setProperty("password", address.password());
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "120");
        properties.setProperty("ApplicationName", "dbsync-harness");
        // Not through DriverManager, which hides drivers from classes of other loaders, such as a service's test
        // loader.
        return new Driver().connect(address.jdbcUrl(), properties);
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
