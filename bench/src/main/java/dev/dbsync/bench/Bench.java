package dev.dbsync.bench;

import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Two figures on one machine: from an application's commit until the tenant sees it, and how long existing rows take to
 * arrive. Arguments: number of single changes, number of existing users.
 */
public final class Bench {

    private static final Duration GIVE_UP = Duration.ofMinutes(5);

    private final Stack stack;

    private Bench(Stack stack) {
        this.stack = stack;
    }

    public static void main(String... arguments) throws Exception {
        int changes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300;
        int users = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        Path data = Files.createTempDirectory("dbsync-bench-");
        try (PostgresServer server = PostgresServer.startEmbedded(
                        0, data, Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on"));
                Stack stack = Stack.builder().server(server).start()) {
            var bench = new Bench(stack);
            bench.everydayChange(changes);
            bench.firstCopy(users);
        }
    }

    /** One update at a time, at random moments of the sequencer's tick, seen by a reader that looks every millisecond. */
    private void everydayChange(int changes) throws SQLException {
        UUID tenancy = seed(100);
        try (TestDatabase target = stack.server().createDatabase("bench_change")) {
            connect(tenancy, target);
            awaitUsers(target, 100);
            var millis = new ArrayList<Double>();
            try (Connection source = stack.internal().connect();
                    Connection reader = target.connect();
                    PreparedStatement update =
                            source.prepareStatement("UPDATE public.\"ProjectUser\" SET \"displayName\" = ?"
                                    + " WHERE \"tenancyId\" = ? AND \"projectUserId\" = ?");
                    PreparedStatement look =
                            reader.prepareStatement("SELECT 1 FROM users WHERE id = ? AND display_name = ?")) {
                UUID user = UUID.fromString(target.queryText("SELECT id::text FROM users ORDER BY id LIMIT 1"));
                for (int i = 0; i < changes; i++) {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos((long) (Math.random() * 100_000)));
                    String name = "Change " + i;
                    update.setString(1, name);
                    update.setObject(2, tenancy);
                    update.setObject(3, user);
                    update.executeUpdate();
                    long committed = System.nanoTime();
                    look.setObject(1, user);
                    look.setString(2, name);
                    while (!found(look)) {
                        requireTime(committed);
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                    }
                    millis.add((System.nanoTime() - committed) / 1e6);
                }
            }
            millis.sort(null);
            print(
                    "commit to visible, %d single changes: median %.0f ms, p99 %.0f ms, slowest %.0f ms",
                    changes, at(millis, 0.5), at(millis, 0.99), millis.get(millis.size() - 1));
        }
    }

    /** A database connected to a tenancy that has rows already; contact channels travel too. */
    private void firstCopy(int users) throws SQLException {
        UUID tenancy = seed(users);
        awaitSequenced();
        try (TestDatabase target = stack.server().createDatabase("bench_copy")) {
            long start = System.nanoTime();
            connect(tenancy, target);
            awaitUsers(target, users);
            double usersSeconds = (System.nanoTime() - start) / 1e9;
            awaitCount(target, "contact_channels", users);
            double allSeconds = (System.nanoTime() - start) / 1e9;
            print(
                    "first copy of %d users beside %d contact channels: users after %.1f s, all after %.1f s, %.0f rows/s",
                    users, users, usersSeconds, allSeconds, 2 * users / allSeconds);
        }
    }

    private UUID seed(int users) throws SQLException {
        UUID tenancy = UUID.randomUUID();
        String sql = resource("seed_users.sql")
                .replace(":users", Integer.toString(users))
                .replace(":tenancy", "'" + tenancy + "'::uuid");
        stack.internal().execute(sql, "ANALYZE public.\"ProjectUser\"", "ANALYZE public.\"ContactChannel\"");
        return tenancy;
    }

    private void connect(UUID tenancy, TestDatabase target) {
        stack.admin()
                .connect(
                        tenancy,
                        "bench",
                        target.connectionString() + "?sslmode=disable",
                        Map.of("mappings", List.of("users", "contact_channels")))
                .expectSuccess();
    }

    private void awaitSequenced() {
        long start = System.nanoTime();
        while (stack.internal()
                        .queryLong(
                                "SELECT count(*) FROM (SELECT FROM dbsync.\"ChangedRow\" WHERE \"shouldUpdateSequenceId\" LIMIT 1) AS p")
                > 0) {
            requireTime(start);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static void awaitUsers(TestDatabase target, int count) {
        awaitCount(target, "users", count);
    }

    private static void awaitCount(TestDatabase target, String table, int count) {
        long start = System.nanoTime();
        String sql = "SELECT CASE WHEN to_regclass('public." + table + "') IS NULL THEN 0"
                + " ELSE (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM public." + table
                + "', false, true, '')))[1]::text::bigint END";
        while (target.queryLong(sql) < count) {
            requireTime(start);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private static boolean found(PreparedStatement look) throws SQLException {
        try (ResultSet rows = look.executeQuery()) {
            return rows.next();
        }
    }

    private static void requireTime(long start) {
        if (System.nanoTime() - start > GIVE_UP.toNanos()) {
            throw new IllegalStateException("What the benchmark waits for has not come within " + GIVE_UP);
        }
    }

    private static double at(List<Double> sorted, double quantile) {
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(sorted.size() * quantile)));
    }

    private static String resource(String name) {
        try (InputStream in = Bench.class.getResourceAsStream("/dbsync/bench/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot read " + name, e);
        }
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
