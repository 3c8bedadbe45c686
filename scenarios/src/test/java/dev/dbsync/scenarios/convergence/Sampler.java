package dev.dbsync.scenarios.convergence;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the targets all the time, past the proxies: none ever shows a row of another tenancy, none ever loses the row that
 * is always there, and no watermark goes back.
 */
final class Sampler implements AutoCloseable {

    private static final int EVERY_MILLIS = 100;

    /** What a row of another tenancy looks like; {@code ?} is the mark of this one. */
    private static final Map<String, String> FOREIGN = Map.of(
            "users", "profile_image_url IS DISTINCT FROM '?' OR primary_email NOT LIKE '? %'",
            "teams", "profile_image_url IS DISTINCT FROM '?'",
            "team_member_profiles", "profile_image_url IS DISTINCT FROM '?'",
            "contact_channels", "value NOT LIKE '? %'",
            "email_outboxes", "theme_id IS DISTINCT FROM '?'",
            "orders", "number NOT LIKE '? %'",
            "order_lines", "order_number NOT LIKE '? %'");

    private final Names names;
    private final Statistics statistics;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Map<Destination, Connection> connections = new HashMap<>();
    private final Map<String, Long> watermarks = new HashMap<>();
    private final Map<Destination, Boolean> anchored = new HashMap<>();

    private Sampler(Names names, Statistics statistics) {
        this.names = names;
        this.statistics = statistics;
    }

    static Sampler start(List<Destination> destinations, Names names, Statistics statistics) {
        var sampler = new Sampler(names, statistics);
        sampler.thread.scheduleWithFixedDelay(
                () -> destinations.forEach(sampler::look), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return sampler;
    }

    /** What was seen that must never be seen. */
    List<String> violations() {
        return List.copyOf(violations);
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connections.values().forEach(Sampler::closeQuietly);
    }

    private void look(Destination destination) {
        try {
            Connection connection = connections.get(destination);
            if (connection == null) {
                connection = destination.database().connect();
                connections.put(destination, connection);
            }
            look(destination, connection);
            statistics.sampled();
        } catch (SQLException e) {
            // The server is down or the tables are not there yet.
            closeQuietly(connections.remove(destination));
        } catch (RuntimeException e) {
            violations.add("The sampler failed: " + e);
        }
    }

    private void look(Destination destination, Connection connection) throws SQLException {
        for (Map.Entry<String, String> table : FOREIGN.entrySet()) {
            if (exists(destination, connection, table.getKey())) {
                lookForForeignRows(destination, connection, table.getKey(), table.getValue());
            }
        }
        // The tenancy of t1 is deleted now and then, with everything in it.
        if (destination.tenant() != 1 && exists(destination, connection, "users")) {
            lookForAnchor(destination, connection);
        }
        if (exists(destination, connection, "_external_db_sync_metadata")) {
            lookAtWatermarks(destination, connection);
        }
    }

    private void lookForForeignRows(Destination destination, Connection connection, String table, String condition)
            throws SQLException {
        String sql = "SELECT to_jsonb(r)::text FROM %s AS r WHERE %s LIMIT 1"
                .formatted(qualified(destination, table), condition.replace("?", "t" + destination.tenant()));
        try (var statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            if (found.next()) {
                violation("A row of another tenancy in " + destination + ", " + table + ": " + found.getString(1));
            }
        }
    }

    private void lookForAnchor(Destination destination, Connection connection) throws SQLException {
        String sql = "SELECT EXISTS (SELECT FROM %s WHERE id = '%s')"
                .formatted(qualified(destination, "users"), names.anchor());
        try (var statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            boolean there = found.getBoolean(1);
            if (anchored.getOrDefault(destination, false) && !there) {
                violation("The row that is always in the source was gone from users of " + destination);
            }
            anchored.put(destination, there);
        }
    }

    private void lookAtWatermarks(Destination destination, Connection connection) throws SQLException {
        String sql = "SELECT mapping_name, last_synced_sequence_id, phase FROM "
                + qualified(destination, "_external_db_sync_metadata");
        try (var statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                String mapping = destination.number() + " " + found.getString(1);
                long watermark = found.getLong(2);
                Long before = watermarks.put(mapping, watermark);
                if (before != null && watermark < before) {
                    violation("The watermark of %s in %s went back from %d to %d (%s)"
                            .formatted(found.getString(1), destination, before, watermark, found.getString(3)));
                }
            }
        }
    }

    private void violation(String what) {
        if (violations.size() < 20) {
            violations.add(what);
        }
    }

    private static boolean exists(Destination destination, Connection connection, String table) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT to_regclass('" + qualified(destination, table) + "')")) {
            found.next();
            return found.getString(1) != null;
        }
    }

    private static String qualified(Destination destination, String table) {
        return "\"" + destination.schema() + "\".\"" + table + "\"";
    }

    private static void closeQuietly(Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // It is gone either way.
        }
    }
}
