package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fusebox, pausing, the status, preflights and the routes for cron jobs. */
class OperatorsSteer {

    /** 250 ms by the contract, and a little for the request's way back. */
    private static final Duration UNTIL_A_FUSE_WORKS = Duration.ofMillis(300);

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    private Tenant tenant;
    private TestDatabase target;
    private ApiClient admin;

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        target = tenant.connected();
        admin = installation.admin();
        Oracle.awaitEqual(tenant, target);
    }

    @AfterEach
    void leaveEverythingOn() {
        set(true, true, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sequencer_enabled", "poller_enabled", "sync_engine_enabled"})
    void aFuseThatIsOutStopsTheSyncAndInAgainContinuesIt(String fuse) {
        set(!fuse.startsWith("seq"), !fuse.startsWith("poll"), !fuse.startsWith("sync"));
        assertThat(admin.get("/fusebox").body().path(fuse).asBoolean(true)).isFalse();
        Eventually.passed(UNTIL_A_FUSE_WORKS);
        tenant.user("While it was out");

        Eventually.staysTrueFor(Duration.ofSeconds(1), () -> assertThat(users()).isZero());

        set(true, true, true);
        Eventually.holds(() -> assertThat(users()).isOne());
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void aPausedDatabaseWaitsAndAResumedOneCatchesUp() {
        TestDatabase other = tenant.connected("other");
        String path = ApiClient.pathOf(tenant.id(), "main");
        assertThat(admin.post(path + "/pause", null)
                        .expectSuccess()
                        .body()
                        .path("paused")
                        .asBoolean())
                .isTrue();
        assertThat(database().path("status").asText()).isEqualTo("paused");

        tenant.user("While it was paused");
        Oracle.awaitEqual(tenant, other);
        assertThat(users()).isZero();

        admin.post(path + "/resume", null).expectSuccess();
        Oracle.awaitEqual(tenant, target);
        Eventually.holds(() -> assertThat(database().path("status").asText()).isEqualTo("ok"));
    }

    @Test
    void theStatusShowsHowFarEverythingIs() {
        UUID user = tenant.user("Counted");
        tenant.email(user, "counted@example.org");
        Oracle.awaitEqual(tenant, target);

        Eventually.holds(() -> {
            JsonNode status = admin.status(tenant.id());
            assertThat(status.at("/tenancy/project_id").asText()).isEqualTo(tenant.project());
            assertThat(status.path("global").isNull()).isTrue();
            assertThat(status.at("/sequencer/tables")).hasSize(11).allSatisfy(table -> {
                assertThat(table.path("pending").asText()).matches("\\d+");
                assertThat(table.path("total").isTextual()).isTrue();
            });
            assertThat(status.at("/sync_engine/mappings")).hasSize(11);
            JsonNode database = status.at("/sync_engine/external_databases/0");
            assertThat(database.path("status").asText()).isEqualTo("ok");
            assertThat(database.path("error").isNull()).isTrue();
            assertThat(database.at("/connection/database").asText()).isEqualTo(target.name());
            assertThat(database.path("last_success_at_millis").asLong()).isPositive();
            JsonNode users = mapping(database, "users");
            assertThat(users.path("rows_behind").asText()).isEqualTo("0");
            assertThat(users.path("last_synced_sequence_id").asText())
                    .isEqualTo(users.path("internal_max_sequence_id").asText())
                    .matches("[1-9]\\d*");
            assertThat(users.path("rows_applied_total").asInt()).isPositive();
        });
        JsonNode all = admin.status();
        assertThat(all.path("tenancy").isNull()).isTrue();
        assertThat(all.at("/global/tenancies_with_db_sync").asInt()).isPositive();
        assertThat(all.at("/sync_engine/external_databases")).isEmpty();
        assertThat(admin.get("/external-databases?search=" + target.name())
                        .expectSuccess()
                        .body()
                        .path("external_databases"))
                .hasSize(1);
    }

    @Test
    void theStatusShowsWhatWaitsForTheSequencer() {
        set(false, true, true);
        Eventually.passed(UNTIL_A_FUSE_WORKS);
        long before = pending();
        tenant.user("Waiting");

        Eventually.holds(() -> assertThat(pending()).isEqualTo(before + 1));
        set(true, true, true);
        Eventually.holds(() -> assertThat(pending()).isZero());
    }

    @Test
    void aPreflightTellsWhetherADatabaseWouldWork() {
        JsonNode good = admin.post(ApiClient.pathOf(tenant.id(), "main") + "/test", null)
                .expectSuccess()
                .body();
        assertThat(good.path("ok").asBoolean()).as(good.toString()).isTrue();
        assertThat(good.path("checks")).isNotEmpty();

        admin.connect(tenant.id(), "absent", "postgres://u:p@localhost:1/absent", Map.of("enabled", false))
                .expectSuccess();
        JsonNode bad = admin.post(ApiClient.pathOf(tenant.id(), "absent") + "/test", null)
                .expectSuccess()
                .body();
        assertThat(bad.path("ok").asBoolean()).isFalse();
        assertThat(bad.path("checks")).anySatisfy(check -> {
            assertThat(check.path("ok").asBoolean()).isFalse();
            assertThat(check.path("remedy").asText()).isNotEmpty();
        });
    }

    @Test
    void theRoutesForCronJobsWorkOffWhatIsThere() {
        JsonNode sequencer = installation
                .stack()
                .cron(Service.SEQUENCER)
                .get("/sequencer?maxDurationMs=2000")
                .expectSuccess()
                .body();
        assertThat(sequencer.path("ok").asBoolean()).isTrue();
        assertThat(sequencer.path("iterations").isIntegralNumber()).isTrue();

        JsonNode poller = installation
                .stack()
                .cron(Service.POLLER)
                .get("/poller?maxDurationMs=2000")
                .expectSuccess()
                .body();
        assertThat(poller.path("ok").asBoolean()).isTrue();
        assertThat(poller.path("requests_processed").isIntegralNumber()).isTrue();
    }

    @Test
    void aSyncOnDemandIsTaken() {
        assertThat(admin.post("/tenancies/" + tenant.id() + "/sync", null).status())
                .isEqualTo(202);
    }

    private long pending() {
        for (JsonNode table : admin.status(tenant.id()).at("/sequencer/tables")) {
            if (table.path("table_name").asText().equals("ProjectUser")) {
                return table.path("pending").asLong();
            }
        }
        throw new IllegalStateException("The status has no table ProjectUser");
    }

    private JsonNode database() {
        for (JsonNode database : admin.status(tenant.id()).at("/sync_engine/external_databases")) {
            if (database.path("id").asText().equals("main")) {
                return database;
            }
        }
        throw new IllegalStateException("The status has no database main");
    }

    private static JsonNode mapping(JsonNode database, String id) {
        for (JsonNode mapping : database.path("mapping_status")) {
            if (mapping.path("mapping_id").asText().equals(id)) {
                return mapping;
            }
        }
        throw new IllegalStateException("The status has no mapping " + id);
    }

    private long users() {
        return target.queryLong("SELECT count(*) FROM users");
    }

    private void set(boolean sequencer, boolean poller, boolean engine) {
        admin.post(
                        "/fusebox",
                        Map.of(
                                "sequencer_enabled", sequencer,
                                "poller_enabled", poller,
                                "sync_engine_enabled", engine))
                .expectSuccess();
    }
}
