package dev.dbsync.engine.fusebox;

import static dev.dbsync.engine.Operator.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
class FuseboxResourceTest {

    private static final String PATH = "/api/latest/internal/external-db-sync/fusebox";

    TestDatabase database;

    @AfterEach
    void switchEverythingOn() {
        database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"sequencerEnabled\" = true,"
                + " \"pollerEnabled\" = true, \"syncEngineEnabled\" = true");
    }

    @Test
    void showsHowTheSwitchesStand() {
        operator()
                .get(PATH)
                .then()
                .statusCode(200)
                .body("ok", is(true))
                .body("sequencer_enabled", is(true))
                .body("poller_enabled", is(true))
                .body("sync_engine_enabled", is(true))
                .body("size()", is(4));
    }

    @Test
    void setsTheSwitchesInTheDatabase() {
        operator()
                .body("{\"sequencer_enabled\":false,\"poller_enabled\":true,\"sync_engine_enabled\":false}")
                .post(PATH)
                .then()
                .statusCode(200)
                .body("ok", is(true))
                .body("sequencer_enabled", is(false))
                .body("poller_enabled", is(true))
                .body("sync_engine_enabled", is(false));

        assertThat(database.queryText("SELECT concat(\"sequencerEnabled\", \"pollerEnabled\", \"syncEngineEnabled\")"
                        + " FROM dbsync.\"ExternalDbSyncMetadata\""))
                .isEqualTo("ftf");
    }

    @Test
    void leavesTheThirdSwitchAsItIsWhereTheBodyLeavesItOut() {
        operator()
                .body("{\"sequencer_enabled\":true,\"poller_enabled\":true,\"sync_engine_enabled\":false}")
                .post(PATH);

        operator()
                .body("{\"sequencer_enabled\":false,\"poller_enabled\":false}")
                .post(PATH)
                .then()
                .statusCode(200)
                .body("sequencer_enabled", is(false))
                .body("poller_enabled", is(false))
                .body("sync_engine_enabled", is(false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"sequencer_enabled\":true} | MISSING_FIELD | poller_enabled",
                "{\"poller_enabled\":true} | MISSING_FIELD | sequencer_enabled",
                "{} | MISSING_FIELD | sequencer_enabled",
                "{\"sequencer_enabled\":null,\"poller_enabled\":true} | MISSING_FIELD | sequencer_enabled",
                "{\"sequencer_enabled\":\"true\",\"poller_enabled\":true} | INVALID_FIELD | sequencer_enabled",
                "{\"sequencer_enabled\":1,\"poller_enabled\":true} | INVALID_FIELD | sequencer_enabled",
                "{\"sequencer_enabled\":true,\"poller_enabled\":true,\"fuse\":true} | UNKNOWN_FIELD | fuse",
                "{\"sequencer_enabled\":true,\"poller_enabled\":true} {} | MALFORMED_JSON | JSON",
                "{\"sequencer_enabled\":true,\"poller_enabled\":true | MALFORMED_JSON | line 1",
                "[] | MALFORMED_JSON | JSON object",
                "null | MALFORMED_JSON | JSON object",
                "\"on\" | MALFORMED_JSON | JSON object",
                "'' | MALFORMED_JSON | JSON object"
            })
    void refusesEveryOtherBody(String body, String code, String hint) {
        operator()
                .body(body)
                .post(PATH)
                .then()
                .statusCode(400)
                .body("ok", is(false))
                .body("code", equalTo(code))
                .body("error", containsString(hint))
                .body("size()", is(3));
    }

    @Test
    void refusesAnotherMediaType() {
        operator()
                .contentType("text/plain")
                .body("sequencer_enabled=false")
                .post(PATH)
                .then()
                .statusCode(415)
                .body("code", equalTo("UNSUPPORTED_MEDIA_TYPE"));
    }

    @Test
    void refusesAnotherMethod() {
        operator().delete(PATH).then().statusCode(405).body("code", equalTo("METHOD_NOT_ALLOWED"));
    }

    @ParameterizedTest
    @CsvSource({"''", "Bearer wrong", "Basic YTpi", "Bearer", "admin-token-for-tests"})
    void refusesWhoeverLacksTheToken(String authorization) {
        given().header("Authorization", authorization)
                .get(PATH)
                .then()
                .statusCode(401)
                .body("ok", is(false))
                .body("code", equalTo("UNAUTHORIZED"));
        given().header("Authorization", authorization)
                .contentType(ContentType.JSON)
                .body("{")
                .post(PATH)
                .then()
                .statusCode(401);
    }

    @Test
    void tellsNobodyWithoutTheTokenWhichAddressesExist() {
        given().get("/api/latest/internal/external-db-sync/nothing").then().statusCode(401);
        given().delete(PATH).then().statusCode(401);
        operator()
                .get("/api/latest/internal/external-db-sync/nothing")
                .then()
                .statusCode(404)
                .body("code", equalTo("NOT_FOUND"));
    }
}
