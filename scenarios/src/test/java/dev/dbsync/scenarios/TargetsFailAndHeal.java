package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.EmbeddedPostgresServer;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tenant's database that is dead, hangs or turns us away, beside one that works. */
class TargetsFailAndHeal {

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    private static EmbeddedPostgresServer mortal;

    private Tenant tenant;
    private TestDatabase good;

    @BeforeAll
    static void startAServerToKill() {
        mortal = PostgresServer.startEmbedded(0, null, Map.of());
    }

    @AfterAll
    static void stopIt() {
        if (mortal != null) {
            mortal.stop();
        }
    }

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        good = tenant.connected("good");
    }

    @Test
    void aDeadOneDelaysNobodyAndHealsWithNoFurtherChange() {
        TestDatabase bad = installation.target(mortal);
        tenant.connect("bad", bad, Map.of());
        tenant.user("Before");
        Oracle.awaitEqual(tenant, good);
        Oracle.awaitEqual(tenant, bad);

        mortal.killHard();
        try {
            tenant.user("Meanwhile");
            Oracle.awaitEqual(tenant, good);
            Eventually.holds(() -> {
                assertThat(database("bad").path("status").asText()).isEqualTo("error");
                JsonNode error = database("bad").path("error");
                assertThat(error.path("code").asText()).isIn("TARGET_UNREACHABLE", "TARGET_CONNECTION_LOST");
                assertThat(error.path("blame").asText()).isEqualTo("destination");
                assertThat(error.path("remedy").asText()).isNotEmpty();
                assertThat(error.path("attempts").asInt()).isPositive();
                assertThat(error.path("next_attempt_at_millis").isNumber()).isTrue();
            });
            Eventually.holds(
                    () -> assertThat(database("good").path("status").asText()).isEqualTo("ok"));
        } finally {
            mortal.restart();
        }

        Eventually.holdsWithin(Duration.ofSeconds(60), () -> Oracle.assertEqual(tenant, bad));
        Eventually.holds(() -> {
            assertThat(database("bad").path("status").asText()).isEqualTo("ok");
            assertThat(database("bad").path("error").isNull()).isTrue();
        });
    }

    @Test
    void oneThatNeverAnswersDelaysNobody() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Tenant neighbour = installation.tenant();
            TestDatabase neighbours = neighbour.connected();
            installation
                    .admin()
                    .connect(
                            tenant.id(),
                            "silent",
                            "postgres://u:p@localhost:" + silent.getLocalPort() + "/d?connect_timeout=5")
                    .expectSuccess();

            tenant.user("Mine");
            neighbour.user("Theirs");

            Oracle.awaitEqual(tenant, good);
            Oracle.awaitEqual(neighbour, neighbours);
            Eventually.holds(() -> assertThat(
                            database("silent").path("error").path("code").asText())
                    .isEqualTo("TARGET_UNREACHABLE"));
            tenant.user("Mine again");
            Oracle.awaitEqual(tenant, good);
        } finally {
            forget("silent");
        }
    }

    @Test
    void aWrongPasswordIsToldOnceInAWhileUntilItIsPutRight() {
        TestDatabase target = installation.target(mortal);
        mortal.createRole("wrongly_told", "the right password");
        mortal.execute("ALTER DATABASE " + target.name() + " OWNER TO wrongly_told");
        tenant.user("Locked out");

        tenant.connect("locked", target.as("wrongly_told", "the wrong password"), Map.of());
        Eventually.holds(() -> {
            JsonNode error = database("locked").path("error");
            assertThat(error.path("code").asText()).isEqualTo("TARGET_LOGIN_REFUSED");
            assertThat(error.path("sql_state").asText()).startsWith("28");
            assertThat(error.path("blame").asText()).isEqualTo("destination");
            assertThat(error.path("next_attempt_at_millis").asLong() - System.currentTimeMillis())
                    .as("not every few seconds")
                    .isGreaterThan(5_000);
        });
        Oracle.awaitEqual(tenant, good);
        tenant.user("A change does not make it ask again");
        Oracle.awaitEqual(tenant, good);
        assertThat(database("locked").path("error").path("attempts").asInt()).isOne();

        tenant.connect("locked", target.as("wrongly_told", "the right password"), Map.of());
        Oracle.awaitEqual(tenant, target);
        assertThat(installation.stack().logs()).doesNotContain("the wrong password", "the right password");
    }

    @Test
    void aRoleThatMayNotCreateTablesIsToldWhatToGrant() {
        TestDatabase target = installation.target(mortal);
        mortal.createRole("powerless", "password of powerless");
        target.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");

        tenant.connect("powerless", target.as("powerless", "password of powerless"), Map.of());
        Eventually.holds(() -> {
            JsonNode error = database("powerless").path("error");
            assertThat(error.path("code").asText()).isEqualTo("TARGET_PERMISSION_DENIED");
            assertThat(error.path("remedy").asText()).isNotEmpty();
        });

        target.execute("GRANT CREATE ON SCHEMA public TO powerless");
        installation.admin().post("/tenancies/" + tenant.id() + "/sync", null).expectSuccess();
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void aDatabaseThatIsClosedForMaintenanceHealsByItself() {
        TestDatabase target = installation.target(mortal);
        mortal.createRole("maintained", "password of maintained");
        mortal.execute("ALTER DATABASE " + target.name() + " OWNER TO maintained");
        tenant.connect("maintained", target.as("maintained", "password of maintained"), Map.of());
        Oracle.awaitEqual(tenant, target);

        mortal.execute("ALTER DATABASE " + target.name() + " CONNECTION LIMIT 0");
        mortal.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'maintained'");
        tenant.user("During maintenance");
        Eventually.holds(() -> assertThat(
                        database("maintained").path("error").path("code").asText())
                .startsWith("TARGET_"));
        mortal.execute("ALTER DATABASE " + target.name() + " CONNECTION LIMIT -1");

        Eventually.holdsWithin(Duration.ofSeconds(60), () -> Oracle.assertEqual(tenant, target));
    }

    private JsonNode database(String id) {
        for (JsonNode database : installation.admin().status(tenant.id()).at("/sync_engine/external_databases")) {
            if (database.path("id").asText().equals(id)) {
                return database;
            }
        }
        throw new IllegalStateException("The status has no database " + id);
    }

    private void forget(String id) {
        installation.admin().delete("/tenancies/" + tenant.id() + "/external-databases/" + id);
    }
}
