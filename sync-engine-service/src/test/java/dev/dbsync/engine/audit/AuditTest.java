package dev.dbsync.engine.audit;

import static dev.dbsync.engine.Operator.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
class AuditTest {

    private static final String API = "/api/latest/internal/external-db-sync";

    private final UUID tenancy = UUID.randomUUID();
    private final String path = API + "/tenancies/" + tenancy + "/external-databases/main";

    TestDatabase database;

    @AfterEach
    void clear() {
        database.execute("DELETE FROM dbsync.\"ExternalDatabase\"", "DELETE FROM dbsync.\"AdminAction\"");
    }

    @Test
    void anActionStandsThereWithWhatWasAskedForAndWithoutTheSecret() {
        operator()
                .body("{\"type\":\"postgres\",\"connection_string\":\"postgres://me:hidden-word@localhost:5/shop\","
                        + "\"mappings\":[\"users\"]}")
                .put(path)
                .then()
                .statusCode(200);

        JsonPath audit = audit("tenancyId=" + tenancy);

        assertThat(audit.getList("actions")).hasSize(1);
        assertThat(audit.getString("actions[0].action")).isEqualTo("configure");
        assertThat(audit.getString("actions[0].via")).isEqualTo("api");
        assertThat(audit.getString("actions[0].actor")).isEqualTo("admin");
        assertThat(audit.getString("actions[0].address")).isEqualTo("127.0.0.1");
        assertThat(audit.getString("actions[0].tenancy_id")).isEqualTo(tenancy.toString());
        assertThat(audit.getString("actions[0].external_database_id")).isEqualTo("main");
        assertThat(audit.getString("actions[0].outcome")).isEqualTo("done");
        assertThat(audit.getString("actions[0].details.connection")).isEqualTo("postgres://me:***@localhost:5/shop");
        assertThat(audit.getList("actions[0].details.mappings")).isEqualTo(java.util.List.of("users"));
        assertThat(audit.getLong("actions[0].ended_at_millis"))
                .isGreaterThanOrEqualTo(audit.getLong("actions[0].started_at_millis"));
        assertThat(database.queryText("SELECT string_agg(a::text, ' ') FROM dbsync.\"AdminAction\" AS a"))
                .doesNotContain("hidden-word");
    }

    @ParameterizedTest
    @CsvSource({"POST, /pause", "POST, /resume", "POST, /test", "POST, /retry", "DELETE, ''"})
    void aRefusedActionStandsThereWithItsRefusal(String method, String verb) {
        operator().request(method, path + verb).then().statusCode(404);

        assertThat(audit("").getString("actions[0].outcome")).isEqualTo("NOT_FOUND");
    }

    @Test
    void aBodyThatCannotBeReadIsARefusalToo() {
        operator().body("{").post(API + "/fusebox").then().statusCode(400);

        assertThat(audit("").getString("actions[0].action")).isEqualTo("fusebox");
        assertThat(audit("").getString("actions[0].outcome")).isEqualTo("MALFORMED_JSON");
    }

    @Test
    void whoeverOnlyLooksOrLacksTheTokenLeavesNoTrace() {
        operator().get(API + "/fusebox").then().statusCode(200);
        operator().header("Authorization", "Bearer wrong").get(path).then();
        io.restassured.RestAssured.given().post(path + "/pause").then().statusCode(401);

        assertThat(audit("").getList("actions")).isEmpty();
    }

    @Test
    void anActionThatCannotBeRecordedDoesNotHappen() {
        database.execute("ALTER TABLE dbsync.\"AdminAction\" ADD CONSTRAINT no_room CHECK (false) NOT VALID");
        try {
            operator()
                    .body("{\"sequencer_enabled\":false,\"poller_enabled\":false}")
                    .post(API + "/fusebox")
                    .then()
                    .statusCode(greaterThanOrEqualTo(500));
        } finally {
            database.execute("ALTER TABLE dbsync.\"AdminAction\" DROP CONSTRAINT no_room");
        }

        operator().get(API + "/fusebox").then().body("sequencer_enabled", equalTo(true));
    }

    @Test
    void everyActionIsOnOnePageOfTheAudit() {
        for (int i = 0; i < 7; i++) {
            operator().post(path + "/pause");
        }
        var seen = new HashSet<String>();
        String cursor = "";
        do {
            JsonPath page = audit("limit=3&cursor=" + cursor);
            assertThat(page.getList("actions.id", String.class))
                    .hasSizeLessThanOrEqualTo(3)
                    .allSatisfy(id -> assertThat(seen.add(id)).isTrue());
            cursor = page.getString("next_cursor");
        } while (cursor != null);
        assertThat(seen).hasSize(7);
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, INVALID_LIMIT",
        "limit=many, INVALID_LIMIT",
        "cursor=-1, INVALID_CURSOR",
        "tenancyId=me, INVALID_TENANCY_ID"
    })
    void badParametersAreRefused(String query, String code) {
        operator().get(API + "/audit?" + query).then().statusCode(400).body("code", equalTo(code));
    }

    @Test
    void oldActionsGo() {
        operator().post(path + "/pause");
        database.execute("UPDATE dbsync.\"AdminAction\" SET \"startedAt\" = now() - interval '401 days'");

        operator().post(path + "/resume");

        assertThat(audit("").getList("actions.action")).isEqualTo(java.util.List.of("resume"));
    }

    private static JsonPath audit(String query) {
        return operator()
                .get(API + (query.isEmpty() ? "/audit" : "/audit?" + query))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }
}
