package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.EmbeddedPostgresServer;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;

/**
 * Between us and the tenant's database stands a PgBouncer in transaction mode, so that two transactions of ours may run on two
 * connections, and other people's in between on the same one.
 */
class TargetsBehindPgBouncer {

    private static final int ROWS = 5_000;
    private static final Duration COPY = Duration.ofSeconds(60);
    private static final String ROLE = "pooled";
    private static final String PASSWORD = "password of pooled";

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    private static EmbeddedPostgresServer server;

    private Tenant tenant;
    private TestDatabase target;

    @BeforeAll
    static void startAServer() {
        PgBouncer.assumeInstalled();
        server = PostgresServer.startEmbedded(0, null, Map.of());
        server.createRole(ROLE, PASSWORD);
    }

    @AfterAll
    static void stopIt() {
        if (server != null) {
            server.stop();
        }
    }

    @BeforeEach
    void create() {
        tenant = installation.tenant();
        target = server.createDatabase("tenant");
        server.execute("ALTER DATABASE " + target.name() + " OWNER TO " + ROLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"; with its defaults", "max_prepared_statements = 0"})
    void copiesArriveAndChangesFollow(String setting) {
        Assumptions.assumeTrue(
                setting.startsWith(";") || PgBouncer.knowsPreparedStatements(),
                "Skipped: this pgbouncer knows nothing of prepared statements anyway");
        tenant.everything();
        manyUsers(tenant);
        try (PgBouncer bouncer = start(setting)) {
            connect(tenant, "main", bouncer, "public");
            Eventually.holdsWithin(COPY, () -> Oracle.assertEqual(tenant, target));
            try (var application = Application.writing(2, List.of(tenant))) {
                application.awaitTransactions(300);
            }
            Oracle.awaitEqual(tenant, target);
            assertHealthy(tenant);
            assertThat(bouncer.log()).doesNotContain("prepared statement");
        } finally {
            forget(tenant);
        }
    }

    @Test
    void twoTenantsShareOneConnectionAndFindNothingOfOneAnotherOnIt() throws SQLException {
        Tenant second = installation.tenant();
        manyUsers(tenant);
        try (PgBouncer bouncer = start("default_pool_size = 1")) {
            connect(tenant, "main", bouncer, "one");
            connect(second, "main", bouncer, "two");
            try (var application = Application.writing(2, List.of(tenant, second))) {
                application.awaitTransactions(300);
                Eventually.holds(() -> assertThat(server.database("postgres")
                                .queryLong("SELECT count(*) FROM pg_stat_activity WHERE usename = ?", ROLE))
                        .as("connections behind the pooler")
                        .isOne());
            }
            Eventually.holdsWithin(COPY, () -> Oracle.assertEqual(tenant, target, "one"));
            Eventually.holdsWithin(COPY, () -> Oracle.assertEqual(second, target, "two"));
            assertHealthy(tenant);
            assertHealthy(second);
            assertNothingLeftBehind(bouncer);
        } finally {
            forget(tenant);
            forget(second);
        }
    }

    private static PgBouncer start(String... settings) {
        return PgBouncer.start(server, Map.of(ROLE, PASSWORD), settings);
    }

    private void connect(Tenant tenant, String id, PgBouncer bouncer, String schema) {
        String through = "postgres://%s:%s@localhost:%d/%s"
                .formatted(ROLE, PASSWORD.replace(" ", "%20"), bouncer.port(), target.name());
        installation
                .admin()
                .connect(tenant.id(), id, through, Map.of("schema", schema))
                .expectSuccess();
    }

    /** The one connection behind the pooler, as whoever comes next finds it. */
    private void assertNothingLeftBehind(PgBouncer bouncer) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", ROLE);
        properties.setProperty("password", PASSWORD);
        properties.setProperty("prepareThreshold", "0");
        // Else the driver would change the session itself.
        properties.setProperty("assumeMinServerVersion", "12");
        try (Connection connection = new Driver()
                        .connect("jdbc:postgresql://localhost:" + bouncer.port() + "/" + target.name(), properties);
                var statement = connection.createStatement()) {
            try (ResultSet changed = statement.executeQuery("""
                    SELECT coalesce(string_agg(name || '=' || setting, ', '), '') FROM pg_settings
                    WHERE source = 'session' AND name NOT IN ('application_name', 'client_encoding', 'DateStyle', 'TimeZone')
                    """)) {
                changed.next();
                assertThat(changed.getString(1)).as("settings of the session").isEmpty();
            }
            try (ResultSet left = statement.executeQuery("""
                    SELECT (SELECT count(*) FROM pg_prepared_statements WHERE from_sql OR name <> '')
                         + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())
                         + (SELECT count(*) FROM pg_listening_channels())
                         + (SELECT count(*) FROM pg_class WHERE relpersistence = 't')
                         + (SELECT count(*) FROM pg_cursors WHERE name <> '')
                    """)) {
                left.next();
                assertThat(left.getLong(1))
                        .as("statements, locks, cursors, temporary tables")
                        .isZero();
            }
        }
    }

    private static void assertHealthy(Tenant tenant) {
        Eventually.holds(() -> {
            JsonNode database = tenant.database("main");
            assertThat(database.path("status").asText()).isEqualTo("ok");
            assertThat(database.path("mapping_status"))
                    .allSatisfy(mapping ->
                            assertThat(mapping.path("error").isNull()).isTrue());
        });
    }

    private static void manyUsers(Tenant tenant) {
        installation.internal().execute("""
                INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName")
                SELECT '%s', gen_random_uuid(), 'User ' || n FROM generate_series(1, %d) AS n
                """.formatted(tenant.id(), ROWS));
    }

    private static void forget(Tenant tenant) {
        installation.admin().delete("/tenancies/" + tenant.id() + "/external-databases/main");
    }
}
