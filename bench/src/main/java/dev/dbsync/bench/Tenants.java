package dev.dbsync.bench;

import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * Many small tenancies, numbered from 1, each with one destination that follows its users. How long a change took is read from
 * the commit times that both servers keep ({@code track_commit_timestamp}), by one machine's clock, so that nobody has to look
 * at hundreds of databases while it matters.
 */
public final class Tenants {

    private static final Duration LOOK = Duration.ofMillis(25);
    private static final int SETTING_UP_AT_ONCE = 6;

    private final Stack stack;
    private final TestDatabase internal;
    private final List<Place> places;
    private int changes;

    /** Where a tenant's rows are. */
    public record Place(TestDatabase database, String schema) {}

    /** @param places of the first tenant, the second, and so on */
    public Tenants(Stack stack, TestDatabase internal, List<Place> places) {
        this.stack = stack;
        this.internal = internal;
        this.places = places;
    }

    /** Tenancies of these numbers with so many users each. */
    public static void seed(TestDatabase internal, int first, int last, int users) {
        internal.execute(
                Resources.read("seed_tenants.sql", Map.of("first", first, "last", last, "users", users)),
                "VACUUM ANALYZE public.\"ProjectUser\"",
                "VACUUM ANALYZE public.\"Tenancy\"");
    }

    /** A database for each. */
    public static List<Place> ownDatabases(Lab lab, int count) throws Exception {
        var places = new Place[count];
        inParallel(
                1, count, n -> places[n - 1] = new Place(lab.targetServer().createDatabase("tenant_" + n), "public"));
        return List.of(places);
    }

    /** A schema for each, in a few databases. */
    public static List<Place> ownSchemas(Lab lab, int count, int databases) {
        var shared = new ArrayList<TestDatabase>();
        for (int i = 0; i < databases; i++) {
            shared.add(lab.targetServer().createDatabase("shared"));
        }
        var places = new ArrayList<Place>();
        for (int n = 1; n <= count; n++) {
            places.add(new Place(shared.get(n % databases), "tenant_" + n));
        }
        return places;
    }

    /** Connects them all and waits until all follow. The connection string's port may be another than the server's. */
    public void connect(int port) throws Exception {
        inParallel(1, places.size(), n -> {
            Place place = places.get(n - 1);
            String url = place.database()
                            .connectionString()
                            .replace(":" + place.database().port() + "/", ":" + port + "/")
                    + "?sslmode=disable";
            stack.admin()
                    .connect(id(n), "bench", url, Map.of("mappings", List.of("users"), "schema", place.schema()))
                    .expectSuccess();
        });
        Await.until(
                "everybody's first copy",
                LOOK,
                () -> internal.queryLong(
                                "SELECT count(*) FROM dbsync.\"ExternalDatabaseMapping\" WHERE \"state\" = 'following'")
                        >= places.size());
    }

    /**
     * One commit that changes a user of each of the first tenants.
     *
     * @return milliseconds until each had it
     */
    public Samples changeAll(int count) throws Exception {
        String name = "Change " + ++changes;
        Map<String, Object> values = Map.of("first", 1, "last", count, "name", "'" + name + "'");
        internal.execute(Resources.read("change_tenants.sql", values));
        try (Connection connection = internal.connect();
                PreparedStatement behind = connection.prepareStatement(Resources.read("tenants_behind.sql", values))) {
            Await.until("everybody's change", LOOK, () -> !isTrue(behind));
        }
        double committed = internal.queryOne(
                        Double.class,
                        "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 FROM public.\"ProjectUser\""
                                + " WHERE \"tenancyId\" = ? AND \"displayName\" = ?",
                        id(1),
                        name)
                .orElseThrow();
        var millis = new Samples();
        for (int n = 1; n <= count; n++) {
            millis.add((arrival(n, name) - committed) * 1000);
        }
        return millis;
    }

    private double arrival(int n, String name) {
        Place place = places.get(n - 1);
        return place.database()
                .queryOne(
                        Double.class,
                        "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 FROM \"" + place.schema()
                                + "\".users WHERE display_name = ?",
                        name)
                .orElseThrow(() -> new IllegalStateException("Tenant " + n + " lacks the change: " + name));
    }

    /** The id of a tenancy by its number, as {@code seed_tenants.sql} makes it. */
    public static UUID id(int n) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(("tenant " + n).getBytes(StandardCharsets.UTF_8));
            String hex = HexFormat.of().formatHex(digest);
            return UUID.fromString(hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5"));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isTrue(PreparedStatement look) throws Exception {
        try (ResultSet row = look.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static void inParallel(int first, int last, IntConsumer action) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SETTING_UP_AT_ONCE);
        try {
            var tasks = new ArrayList<Future<?>>();
            for (int n = first; n <= last; n++) {
                int number = n;
                tasks.add(threads.submit(() -> action.accept(number)));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
