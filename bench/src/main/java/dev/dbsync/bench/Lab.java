package dev.dbsync.bench;

import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where a section measures: one server for the internal database, another for the tenants', both with fsync on. */
public final class Lab implements AutoCloseable {

    /** Room for the data that is measured, and no checkpoint but those that a section asks for. */
    private static final Map<String, String> SETTINGS = Map.of(
            "shared_buffers", "512MB",
            "max_wal_size", "8GB",
            "checkpoint_timeout", "30min",
            "track_commit_timestamp", "on",
            "logging_collector", "on",
            "log_directory", "log",
            "log_line_prefix", "%m [%p] %a ");

    private final PostgresServer internal;
    private final PostgresServer targets;
    private final boolean quick;

    private Lab(PostgresServer internal, PostgresServer targets, boolean quick) {
        this.internal = internal;
        this.targets = targets;
        this.quick = quick;
    }

    static Lab open(boolean quick) {
        PostgresServer internal = PostgresServer.startDurable(with("wal_level", "logical"));
        return new Lab(internal, PostgresServer.startDurable(with("max_connections", "1000")), quick);
    }

    private static Map<String, String> with(String name, String value) {
        var settings = new LinkedHashMap<>(SETTINGS);
        settings.put(name, value);
        return settings;
    }

    /** Whether smaller numbers will do. */
    public boolean quick() {
        return quick;
    }

    /** One number, or a smaller one for a quick run. */
    public int scaled(int number, int quickNumber) {
        return quick ? quickNumber : number;
    }

    /** The server of internal databases. */
    public PostgresServer internalServer() {
        return internal;
    }

    /** The server of tenants' databases. */
    public PostgresServer targetServer() {
        return targets;
    }

    /** An internal database with the reference tables, before any service has seen it: what is seeded now is not captured. */
    public TestDatabase uncaptured() {
        TestDatabase database = internal.createDatabase("internal");
        database.execute(Resources.file(Service.root()
                .resolve("sequencer-service/src/main/resources/dbsync/sequencer/reference/reference-schema.sql")));
        return database;
    }

    /** The services on this internal database, with virtual machines as in the images. */
    public Stack.Builder stack(TestDatabase database) {
        var builder = Stack.builder().internal(database);
        for (Service service : Service.values()) {
            builder.jvmOptions(service, "-Xmx256m", "-XX:TieredStopAtLevel=4");
        }
        return builder;
    }

    /** So that no round pays for what an earlier one has written. */
    public void checkpoint() {
        internal.execute("CHECKPOINT");
        targets.execute("CHECKPOINT");
    }

    String serverVersion() {
        try (Connection connection = internal.connect();
                ResultSet row = connection.createStatement().executeQuery("SHOW server_version")) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        targets.close();
        internal.close();
    }
}
