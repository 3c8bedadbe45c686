package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody changes our tables while nothing else happens: a verification says so, and repairs it where asked. */
class TargetsAreVerified {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration SCRUBBED = Duration.ofSeconds(90);

    @RegisterExtension
    static final Installation installation =
            Installation.with(builder -> builder.environment(Service.ENGINE, "DBSYNC_VERIFY_SCRUB_INTERVAL", "5s")
                    .environment(Service.ENGINE, "DBSYNC_VERIFY_LEASE", "3s")
                    .environment(Service.ENGINE, "DBSYNC_VERIFY_INTERVAL", "200ms")
                    .environment(Service.POLLER, "DBSYNC_POLLER_LEASE", "2s"));

    private Tenant tenant;
    private TestDatabase target;
    private ApiClient admin;
    private String path;

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        tenant.everything();
        target = tenant.connected();
        admin = installation.admin();
        path = ApiClient.pathOf(tenant.id(), "main");
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void everyMappingIsIdenticalWithWhatItsSourceSelects() {
        JsonNode verification = verified(Map.of());

        assertThat(verification.path("state").asText()).isEqualTo("done");
        assertThat(verification.path("mappings")).hasSize(11).allSatisfy(mapping -> {
            assertThat(mapping.path("result").asText()).as("%s", mapping).isEqualTo("identical");
            assertThat(mapping.path("rows_compared").asLong()).as("%s", mapping).isPositive();
        });
    }

    @Test
    void aRowThatWasChangedByHandIsNamedAndRepaired() {
        UUID added = UUID.randomUUID();
        target.execute(
                "UPDATE users SET display_name = 'by hand' WHERE id = (SELECT min(id::text)::uuid FROM users)",
                "DELETE FROM teams WHERE id = (SELECT min(id::text)::uuid FROM teams)",
                "INSERT INTO teams SELECT (jsonb_populate_record(t, jsonb_build_object('id', '" + added
                        + "'))).* FROM teams AS t LIMIT 1");

        JsonNode verification = verified(Map.of("mappings", List.of("users", "teams"), "repair", true));

        JsonNode users = mapping(verification, "users");
        assertThat(users.path("different").asText()).isEqualTo("1");
        assertThat(users.path("repaired").asText()).isEqualTo("1");
        JsonNode teams = mapping(verification, "teams");
        assertThat(teams.path("missing").asText()).isEqualTo("1");
        assertThat(teams.path("extra").asText()).isEqualTo("1");
        assertThat(teams.path("keys").toString()).contains(added.toString());
        Oracle.awaitEqual(tenant, target);
        assertThat(tenant.mapping("main", "teams")
                        .path("verified")
                        .path("identical")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void theScrubberFindsWhatWasTruncatedOrChangedWhileNothingElseHappened() {
        target.execute("TRUNCATE users", "UPDATE teams SET display_name = 'by hand'");

        Eventually.holdsWithin(SCRUBBED, () -> {
            assertThat(target.queryLong("SELECT count(*) FROM users"))
                    .as("copied again")
                    .isPositive();
            assertThat(tenant.mapping("main", "teams")
                            .path("verified")
                            .path("identical")
                            .asBoolean(true))
                    .as("only told")
                    .isFalse();
        });
        assertThat(target.queryLong("SELECT count(*) FROM teams WHERE display_name <> 'by hand'"))
                .isZero();
        assertThat(installation.stack().logs())
                .contains("A target is not what it should be")
                .doesNotContain("by hand");

        admin.post(path + "/resync", Map.of("mappings", List.of("teams"))).expectSuccess();
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    @Tag("slow")
    void aVerificationGoesOnWhereAKilledEngineLeftIt() {
        ServiceProcess engine = installation.service(Service.ENGINE);
        target.execute("UPDATE users SET display_name = 'by hand' WHERE id = (SELECT min(id::text)::uuid FROM users)");
        String id = begin(Map.of("repair", true));
        engine.kill();
        engine.start();
        engine.awaitReady(START);

        JsonNode verification = awaitEnd(id);

        assertThat(verification.path("state").asText()).isEqualTo("done");
        assertThat(mapping(verification, "users").path("repaired").asText()).isEqualTo("1");
        Oracle.awaitEqual(tenant, target);
    }

    /** The table is never seen with fewer rows than it had. */
    @Test
    @Tag("slow")
    void aResyncGoesOnWhereAKilledEngineLeftItAndNobodySeesLess() {
        installation.internal().update("""
                INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName")
                SELECT ?, gen_random_uuid(), 'user ' || i FROM generate_series(1, 30000) AS i
                """, tenant.id());
        long rows = installation
                .internal()
                .queryLong("SELECT count(*) FROM \"ProjectUser\" WHERE \"tenancyId\" = ?", tenant.id());
        Eventually.holdsWithin(
                Duration.ofSeconds(90),
                () -> assertThat(target.queryLong("SELECT count(*) FROM users")).isEqualTo(rows));
        target.execute("UPDATE users SET display_name = 'by hand' WHERE id > 'f0000000-0000-0000-0000-000000000000'");
        ServiceProcess engine = installation.service(Service.ENGINE);

        admin.post(path + "/resync", Map.of("mappings", List.of("users"))).expectSuccess();
        Eventually.holds(() -> assertThat(
                        target.queryText("SELECT phase FROM _external_db_sync_metadata WHERE mapping_name = 'users'"))
                .isNotEqualTo("following"));
        engine.kill();
        assertThat(target.queryLong("SELECT count(*) FROM users")).isEqualTo(rows);
        engine.start();
        engine.awaitReady(START);

        Eventually.holdsWithin(Duration.ofSeconds(90), () -> {
            assertThat(target.queryLong("SELECT count(*) FROM users")).isEqualTo(rows);
            assertThat(target.queryLong("SELECT count(*) FROM users WHERE display_name = 'by hand'"))
                    .isZero();
        });
        Oracle.awaitEqual(tenant, target);
    }

    /** Twenty seconds on two quiet cores; the test leaves room for what runs beside it. */
    @Test
    @Tag("soak")
    void oneRowInAMillionIsFoundAndRepaired() {
        Tenant large = installation.tenant();
        installation.internal().execute("""
                INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName", "clientMetadata")
                SELECT '%s', gen_random_uuid(), 'User ' || n, jsonb_build_object('n', n) FROM generate_series(1, 1000000) AS n
                """.formatted(large.id()));
        TestDatabase copy = installation.target();
        large.connect("main", copy, Map.of("mappings", List.of("users")));
        Eventually.holdsWithin(
                Duration.ofMinutes(10),
                () -> assertThat(copy.queryText(
                                "SELECT phase FROM _external_db_sync_metadata WHERE mapping_name = 'users'"))
                        .isEqualTo("following"));
        assertThat(copy.queryLong("SELECT count(*) FROM users")).isEqualTo(1_000_000);
        copy.execute(
                "UPDATE users SET display_name = 'by hand' WHERE id = (SELECT id FROM users WHERE id > '70000000-0000-0000-0000-000000000000' ORDER BY id LIMIT 1)");
        path = ApiClient.pathOf(large.id(), "main");

        JsonNode verification = verified(Map.of("repair", true));

        JsonNode users = mapping(verification, "users");
        assertThat(users.path("rows_compared").asText()).isEqualTo("1000000");
        assertThat(users.path("different").asText()).isEqualTo("1");
        assertThat(users.path("repaired").asText()).isEqualTo("1");
        assertThat(copy.queryLong("SELECT count(*) FROM users WHERE display_name = 'by hand'"))
                .isZero();
        long took = verification.path("finished_at_millis").asLong()
                - verification.path("started_at_millis").asLong();
        System.out.println("A million rows were verified in " + took + " ms");
        assertThat(took).isLessThan(120_000);
    }

    private JsonNode verified(Map<String, ?> request) {
        return awaitEnd(begin(request));
    }

    /** The scrubber may be at it just now, which gives way, or be done before our next look. */
    private String begin(Map<String, ?> request) {
        return admin.post(path + "/verify", request)
                .expectSuccess()
                .body()
                .at("/verification/id")
                .asText();
    }

    private JsonNode awaitEnd(String id) {
        Eventually.holdsWithin(
                SCRUBBED,
                () -> assertThat(find(id).path("finished_at_millis").isNull()).isFalse());
        return find(id);
    }

    private JsonNode find(String id) {
        for (JsonNode verification :
                admin.get(path + "/verifications").expectSuccess().body().path("verifications")) {
            if (verification.path("id").asText().equals(id)) {
                return verification;
            }
        }
        throw new IllegalStateException("There is no verification " + id);
    }

    private static JsonNode mapping(JsonNode verification, String id) {
        for (JsonNode mapping : verification.path("mappings")) {
            if (mapping.path("mapping_id").asText().equals(id)) {
                return mapping;
            }
        }
        throw new IllegalStateException("The verification has no " + id);
    }
}
