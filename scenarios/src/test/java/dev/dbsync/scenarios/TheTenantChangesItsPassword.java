package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.EmbeddedPostgresServer;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tenant rotates the password of our role, and tells us later. */
class TheTenantChangesItsPassword {

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    private static final String ROLE = "rotated";
    private static final Duration OBSERVED = Duration.ofSeconds(10);

    /** Well below the 15 s that a refused login is put off at least. */
    private static final Duration AT_ONCE = Duration.ofSeconds(8);

    private static EmbeddedPostgresServer server;

    private Tenant tenant;
    private TestDatabase target;
    private TestDatabase other;

    @BeforeAll
    static void startAServerThatLogs() {
        server = PostgresServer.startEmbedded(0, null, Map.of("logging_collector", "on", "log_directory", "log"));
        server.createRole(ROLE, "first password");
    }

    @AfterAll
    static void stopIt() {
        if (server != null) {
            server.stop();
        }
    }

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        target = server.createDatabase("tenant").as(ROLE, "first password");
        server.execute("ALTER DATABASE " + target.name() + " OWNER TO " + ROLE);
        tenant.connect("main", target, Map.of());
        other = tenant.connected("other");
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void andTheOldOneIsTriedOnceInAWhileAndTheNewOneAtOnce() {
        server.execute(
                "ALTER ROLE " + ROLE + " PASSWORD 'second password'",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + ROLE + "'");
        tenant.user("Since the change");
        Eventually.holds(() -> assertThat(error().path("code").asText()).isEqualTo("TARGET_LOGIN_REFUSED"));
        assertThat(error().path("blame").asText()).isEqualTo("destination");
        assertThat(error().path("remedy").asText()).contains("password");

        try (var application = Application.writing(1, List.of(tenant))) {
            Eventually.passed(OBSERVED);
            application.awaitTransactions(1);
        }
        assertThat(refusedLogins()).as("logins refused in " + OBSERVED).isOne();
        Oracle.awaitEqual(tenant, other);

        tenant.connect("main", target.as(ROLE, "second password"), Map.of());

        TestDatabase reached = target.as(ROLE, "second password");
        Eventually.holdsWithin(AT_ONCE, () -> Oracle.assertEqual(tenant, reached));
        Eventually.holds(() -> {
            assertThat(tenant.database("main").path("status").asText()).isEqualTo("ok");
            assertThat(error().isNull()).isTrue();
        });
        assertThat(refusedLogins()).isOne();
        assertThat(installation.stack().logs()).doesNotContain("first password", "second password");
    }

    private JsonNode error() {
        return tenant.database("main").path("error");
    }

    /** As the server's own log counts them. */
    private static long refusedLogins() {
        try (var files = Files.list(server.dataDirectory().resolve("log"))) {
            long count = 0;
            for (Path file : files.toList()) {
                count += Files.readString(file)
                        .lines()
                        .filter(line ->
                                line.contains("FATAL:  password authentication failed for user \"" + ROLE + "\""))
                        .count();
            }
            return count;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
