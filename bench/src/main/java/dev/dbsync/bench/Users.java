package dev.dbsync.bench;

import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Tenancies with users, and databases that follow them with the mapping of users alone. */
public final class Users {

    private static final Duration LOOK = Duration.ofMillis(3);

    private Users() {}

    /** A new tenancy with so many users, each with a primary e-mail address. */
    public static UUID seed(TestDatabase internal, int count) {
        UUID tenancy = UUID.randomUUID();
        internal.execute(
                Resources.read("seed_users.sql", Map.of("tenancy", literal(tenancy), "users", count)),
                "VACUUM ANALYZE public.\"ProjectUser\"",
                "VACUUM ANALYZE public.\"ContactChannel\"");
        return tenancy;
    }

    /** The mapping's query for one tenancy, as SQL. */
    public static String mappingQuery(UUID tenancy) {
        return Resources.read("users_mapping.sql", Map.of("tenancy", literal(tenancy)));
    }

    /** Connects a database to a tenancy. */
    public static void connect(Stack stack, UUID tenancy, String connectionString) {
        stack.admin()
                .connect(tenancy, "bench", connectionString + "?sslmode=disable", Map.of("mappings", List.of("users")))
                .expectSuccess();
    }

    /** Waits until a tenancy's only database follows the log, everything having been copied. */
    public static void awaitFollowing(TestDatabase internal, UUID tenancy) throws Exception {
        try (Connection connection = internal.connect();
                PreparedStatement look = connection.prepareStatement(Resources.read("mapping_state.sql"))) {
            look.setObject(1, tenancy);
            Await.until("the users' first copy", LOOK, () -> "following".equals(state(look)));
        }
    }

    /** Waits until a copy has begun: rows were copied in chunks, or all of them. */
    public static void awaitFirstChunk(TestDatabase internal, UUID tenancy) throws Exception {
        try (Connection connection = internal.connect();
                PreparedStatement look = connection.prepareStatement(Resources.read("mapping_state.sql"))) {
            look.setObject(1, tenancy);
            Await.until("the copy's beginning", LOOK, () -> !"pending".equals(state(look)));
        }
    }

    /** Waits until nothing of the application's changes is left to be sequenced. */
    public static void awaitSequenced(TestDatabase internal) throws Exception {
        try (Connection connection = internal.connect();
                PreparedStatement look = connection.prepareStatement(Resources.read("work_is_left.sql"))) {
            Await.until("the log's end", LOOK, () -> !holds(look));
        }
    }

    /** An id as an SQL literal. */
    public static String literal(UUID id) {
        return "'" + id + "'::uuid";
    }

    private static String state(PreparedStatement look) throws SQLException {
        try (ResultSet row = look.executeQuery()) {
            return row.next() ? row.getString(1) : "pending";
        }
    }

    private static boolean holds(PreparedStatement look) throws SQLException {
        try (ResultSet row = look.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
