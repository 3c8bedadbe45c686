package dev.dbsync.engine.admin;

import static dev.dbsync.engine.Operator.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
class ExternalDatabaseResourceTest {

    private static final String SECRET = "hunter2-p%40ss";
    private static final String CONNECTION =
            "postgres://joe:" + SECRET + "@db.tenant.invalid:6543/shop?sslmode=require";
    private static final String MINIMAL = body("\"connection_string\":\"" + CONNECTION + "\"");

    private final UUID tenancy = UUID.randomUUID();
    private final String path =
            "/api/latest/internal/external-db-sync/tenancies/" + tenancy + "/external-databases/main";

    TestDatabase database;

    @AfterEach
    void clear() {
        database.execute("DELETE FROM dbsync.\"ExternalDatabase\"", "DELETE FROM dbsync.\"OutgoingRequest\"");
    }

    @Test
    void aNewDatabaseNeedsNoMoreThanTypeAndConnectionString() {
        put(MINIMAL)
                .statusCode(200)
                .body("ok", is(true))
                .body("id", equalTo("main"))
                .body("tenancy_id", equalTo(tenancy.toString()))
                .body("type", equalTo("postgres"))
                .body("schema", equalTo("public"))
                .body("mappings", hasItems("users", "teams", "connected_accounts"))
                .body("mappings", hasSize(11))
                .body("$", hasKey("reader_role"))
                .body("reader_role", nullValue())
                .body("enabled", is(true))
                .body("paused", is(false))
                .body("connection.host", equalTo("db.tenant.invalid"))
                .body("connection.port", is(6543))
                .body("connection.database", equalTo("shop"))
                .body("connection.user", equalTo("joe"))
                .body("connection.redacted", equalTo("postgres://joe:***@db.tenant.invalid:6543/shop"))
                .body("$", hasKey("created_at_millis"))
                .body("$", hasKey("updated_at_millis"));
    }

    @Test
    void everyFieldIsTaken() {
        put(body("\"connection_string\":\"" + CONNECTION
                        + "\",\"schema\":\"_Sync1\",\"mappings\":[\"teams\",\"users\"],"
                        + "\"reader_role\":\"report-reader\",\"enabled\":false"))
                .statusCode(200)
                .body("schema", equalTo("_Sync1"))
                .body("mappings", equalTo(List.of("teams", "users")))
                .body("reader_role", equalTo("report-reader"))
                .body("enabled", is(false));
    }

    @Test
    void aNewDatabaseEnqueuesItsTenancyOnce() {
        put(MINIMAL).statusCode(200);

        assertThat(pendingRequests()).isEqualTo(1);
        assertThat(database.queryText("SELECT \"qstashOptions\"->'body'->>'tenancyId' FROM dbsync.\"OutgoingRequest\""))
                .isEqualTo(tenancy.toString());
    }

    @Test
    void theSecretIsNowhereInClear() {
        String answers = put(MINIMAL).extract().asString()
                + operator().get(path).asString()
                + operator().get(listPath()).asString();
        String stored = database.queryText("SELECT string_agg(d::text, '') FROM dbsync.\"ExternalDatabase\" AS d");
        byte[] ciphertext = database.queryOne(
                        byte[].class, "SELECT \"connectionCiphertext\" FROM dbsync.\"ExternalDatabase\"")
                .orElseThrow();

        for (String secret : List.of("hunter2", "p@ss", "p%40ss")) {
            assertThat(answers).doesNotContain(secret);
            assertThat(stored).doesNotContain(secret);
            assertThat(new String(ciphertext, StandardCharsets.ISO_8859_1)).doesNotContain(secret);
        }
        assertThat(answers).doesNotContain("sslmode");
        assertThat(database.queryText("SELECT \"connectionKeyId\" FROM dbsync.\"ExternalDatabase\""))
                .isEqualTo("test");
    }

    @Test
    void whatWasPutIsGot() {
        put(MINIMAL);

        operator()
                .get(path)
                .then()
                .statusCode(200)
                .body("ok", is(true))
                .body("id", equalTo("main"))
                .body("connection.host", equalTo("db.tenant.invalid"));
    }

    @Test
    void aTenancysDatabasesAreListedAndNobodyElses() {
        put(MINIMAL);
        operator().body(MINIMAL).put(path.replace("main", "second")).then().statusCode(200);
        operator()
                .body(MINIMAL)
                .put(path.replace(tenancy.toString(), UUID.randomUUID().toString()));

        operator()
                .get(listPath())
                .then()
                .statusCode(200)
                .body("ok", is(true))
                .body("external_databases.id", equalTo(List.of("main", "second")))
                .body("external_databases.tenancy_id", everyItem(equalTo(tenancy.toString())));
        operator()
                .get("/api/latest/internal/external-db-sync/tenancies/" + UUID.randomUUID() + "/external-databases")
                .then()
                .statusCode(200)
                .body("external_databases", hasSize(0));
    }

    @Test
    void aPutThatChangesNothingOnlyHasTheTenancySynced() {
        put(MINIMAL);
        Map<String, Object> before = row();
        database.execute("DELETE FROM dbsync.\"OutgoingRequest\"");

        put(MINIMAL).statusCode(200);

        assertThat(row()).containsAllEntriesOf(withoutBytes(before));
        assertThat(pendingRequests()).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"connection_string\":\"postgres://joe:other@db.tenant.invalid:6543/shop?sslmode=require\"",
                "\"connection_string\":\"postgres://joe:hunter2-p%40ss@db.tenant.invalid:6543/shop\"",
                "\"connection_string\":\"postgres://joe:hunter2-p%40ss@other.tenant.invalid:6543/shop?sslmode=require\"",
                "\"schema\":\"other\"",
                "\"mappings\":[\"users\"]",
                "\"reader_role\":\"reader\"",
                "\"enabled\":false"
            })
    void anyChangeIsTriedAtOnceAndForgetsFailures(String change) {
        put(MINIMAL);
        fail();
        database.execute("DELETE FROM dbsync.\"OutgoingRequest\"");
        String fields = change.contains("connection_string")
                ? change
                : "\"connection_string\":\"" + CONNECTION + "\"," + change;

        put(body(fields)).statusCode(200);

        assertThat(row())
                .containsEntry("revision", 2L)
                .containsEntry("attempts", 0)
                .containsEntry("nextAttemptAt", null)
                .containsEntry("errorCode", null)
                .containsEntry("failingSince", null);
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"ExternalDatabaseMapping\""
                        + " WHERE \"errorCode\" IS NOT NULL OR \"nextAttemptAt\" IS NOT NULL OR \"attempts\" > 0"))
                .isZero();
        assertThat(pendingRequests()).isEqualTo(1);
    }

    @Test
    void anotherPlaceHasProvenNothing() {
        put(MINIMAL);
        fail();
        database.execute(
                "UPDATE dbsync.\"ExternalDatabase\" SET \"provenAt\" = now(), \"lastSuccessAt\" = now(), \"paused\" = true");

        put(body("\"connection_string\":\"" + CONNECTION + "\",\"schema\":\"other\""))
                .statusCode(200)
                .body("paused", is(true));

        assertThat(row()).containsEntry("provenAt", null).containsEntry("lastSuccessAt", null);
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"ExternalDatabaseMapping\""))
                .isZero();
    }

    @Test
    void aMappingThatIsNoLongerWantedIsForgottenAndTheOthersAreNot() {
        put(MINIMAL);
        fail();

        put(body("\"connection_string\":\"" + CONNECTION + "\",\"mappings\":[\"users\"]"))
                .statusCode(200);

        assertThat(database.queryText("SELECT string_agg(\"mappingId\", ',') FROM dbsync.\"ExternalDatabaseMapping\""))
                .isEqualTo("users");
    }

    @Test
    void deletingForgetsTheDatabaseAndSaysSoOnlyOnce() {
        put(MINIMAL);
        fail();

        operator().delete(path).then().statusCode(200).body("ok", is(true));

        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"ExternalDatabase\""))
                .isZero();
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"ExternalDatabaseMapping\""))
                .isZero();
        operator().delete(path).then().statusCode(404).body("code", equalTo("NOT_FOUND"));
    }

    @Test
    void aDatabaseThatIsDeletedAndCreatedAgainIsAnotherDestination() {
        put(MINIMAL);
        Object first = row().get("destinationId");
        operator().delete(path);

        put(MINIMAL);

        assertThat(row().get("destinationId")).isNotEqualTo(first);
    }

    @Test
    void pausingKeepsItFromBeingWrittenUntilItIsResumed() {
        put(MINIMAL);
        fail();
        database.execute("DELETE FROM dbsync.\"OutgoingRequest\"");

        operator()
                .post(path + "/pause")
                .then()
                .statusCode(200)
                .body("paused", is(true))
                .body("ok", is(true));
        operator().post(path + "/pause").then().statusCode(200).body("paused", is(true));
        assertThat(pendingRequests()).isZero();

        operator().post(path + "/resume").then().statusCode(200).body("paused", is(false));
        assertThat(pendingRequests()).isEqualTo(1);
        assertThat(row()).containsEntry("nextAttemptAt", null).containsEntry("paused", false);
    }

    @Test
    void syncingOnDemandEnqueuesTheTenancyAndEndsItsBackOffs() {
        put(MINIMAL);
        fail();
        database.execute("DELETE FROM dbsync.\"OutgoingRequest\"");

        operator().post(syncPath(tenancy)).then().statusCode(202).body("ok", is(true));

        assertThat(pendingRequests()).isEqualTo(1);
        assertThat(row()).containsEntry("nextAttemptAt", null).containsEntry("errorCode", "TARGET_UNREACHABLE");
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"ExternalDatabaseMapping\""
                        + " WHERE \"nextAttemptAt\" IS NOT NULL"))
                .isZero();
    }

    @Test
    void syncingAnUnknownTenancyIsNotFound() {
        operator().post(syncPath(UUID.randomUUID())).then().statusCode(404).body("code", equalTo("NOT_FOUND"));
    }

    @Test
    void syncingATenancyThatOnlyTheApplicationKnowsIsAccepted() {
        database.execute(
                "CREATE TABLE public.\"Tenancy\" (\"id\" uuid PRIMARY KEY, \"projectId\" text, \"branchId\" text)",
                "INSERT INTO public.\"Tenancy\" VALUES ('" + tenancy + "')");
        try {
            operator().post(syncPath(tenancy)).then().statusCode(202);
        } finally {
            database.execute("DROP TABLE public.\"Tenancy\"");
        }
    }

    @Test
    void aTestTellsStepByStepWhatIsWrongWithoutTheSecret() {
        put(MINIMAL);

        operator()
                .post(path + "/test")
                .then()
                .statusCode(200)
                .body("ok", is(false))
                .body("checks[0].name", equalTo("address"))
                .body("checks[0].ok", is(false))
                .body("checks[0].message", not(containsString("hunter2")))
                .body("checks[0]", allOf(hasKey("name"), hasKey("ok"), hasKey("message"), hasKey("remedy")));
    }

    @Test
    void aTestOfAGoodDatabasePasses() {
        try (TestDatabase target = database.server().createDatabase("target")) {
            put(body("\"connection_string\":\"" + target.connectionString() + "\""))
                    .statusCode(200);

            operator()
                    .post(path + "/test")
                    .then()
                    .statusCode(200)
                    .body("checks.findAll { !it.ok }", hasSize(0))
                    .body("ok", is(true))
                    .body("checks.name", hasItem("login"));
        }
    }

    @Test
    void aTestSaysWhenTheConnectionStringDoesNotOpen() {
        put(MINIMAL);
        database.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"connectionKeyId\" = 'lost'");

        operator()
                .post(path + "/test")
                .then()
                .statusCode(200)
                .body("ok", is(false))
                .body("checks[0].name", equalTo("connection_string"))
                .body("checks[0].message", containsString("lost"));

        put(MINIMAL).statusCode(200);
        assertThat(row()).containsEntry("connectionKeyId", "test");
    }

    static Stream<List<String>> badBodies() {
        String connection = "\"connection_string\":\"" + CONNECTION + "\"";
        return Stream.of(
                List.of("{" + connection + "}", "MISSING_FIELD", "type"),
                List.of("{\"type\":null," + connection + "}", "MISSING_FIELD", "type"),
                List.of("{\"type\":\"mysql\"," + connection + "}", "UNSUPPORTED_TYPE", "postgres"),
                List.of("{\"type\":7," + connection + "}", "INVALID_FIELD", "type"),
                List.of("{\"type\":\"postgres\"}", "MISSING_FIELD", "connection_string"),
                List.of(body("\"connection_string\":7"), "INVALID_FIELD", "connection_string"),
                List.of(body(connection + ",\"schema\":\"a-b\""), "INVALID_SCHEMA", "schema"),
                List.of(body(connection + ",\"schema\":\"\""), "INVALID_SCHEMA", "schema"),
                List.of(body(connection + ",\"schema\":\"1a\""), "INVALID_SCHEMA", "schema"),
                List.of(body(connection + ",\"schema\":\"a\\\"; DROP TABLE x\""), "INVALID_SCHEMA", "schema"),
                List.of(body(connection + ",\"schema\":\"" + "a".repeat(64) + "\""), "INVALID_SCHEMA", "schema"),
                List.of(body(connection + ",\"schema\":\"pg_catalog\""), "INVALID_SCHEMA", "schema"),
                List.of(body(connection + ",\"mappings\":[\"users\",\"nope\"]"), "UNKNOWN_MAPPING", "'nope'"),
                List.of(body(connection + ",\"mappings\":[\"nope\"]"), "UNKNOWN_MAPPING", "contact_channels"),
                List.of(body(connection + ",\"mappings\":[null]"), "UNKNOWN_MAPPING", "known mappings are"),
                List.of(body(connection + ",\"mappings\":[]"), "INVALID_FIELD", "mappings"),
                List.of(body(connection + ",\"mappings\":\"users\""), "INVALID_FIELD", "mappings"),
                List.of(body(connection + ",\"mappings\":[7]"), "INVALID_FIELD", "mappings"),
                List.of(body(connection + ",\"reader_role\":\"a b\""), "INVALID_READER_ROLE", "reader_role"),
                List.of(body(connection + ",\"reader_role\":\"PUBLIC\""), "INVALID_READER_ROLE", "PUBLIC"),
                List.of(body(connection + ",\"reader_role\":\"\""), "INVALID_READER_ROLE", "reader_role"),
                List.of(body(connection + ",\"enabled\":\"yes\""), "INVALID_FIELD", "enabled"),
                List.of(body(connection + ",\"enabled\":1"), "INVALID_FIELD", "enabled"),
                List.of(body(connection + ",\"password\":\"hunter2\""), "UNKNOWN_FIELD", "'password'"),
                List.of(body(connection + ",\"paused\":true"), "UNKNOWN_FIELD", "'paused'"),
                List.of(body(connection + "," + connection), "MALFORMED_JSON", "JSON"),
                List.of("{\"type\":\"postgres\"," + connection, "MALFORMED_JSON", "JSON"),
                List.of("[]", "MALFORMED_JSON", "JSON object"),
                List.of("", "MALFORMED_JSON", "JSON object"),
                List.of("null", "MALFORMED_JSON", "JSON object"));
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void aBodyOfAnotherFormIsRefusedAndNothingIsKept(List<String> caseOf) {
        put(caseOf.get(0))
                .statusCode(400)
                .body("ok", is(false))
                .body("code", equalTo(caseOf.get(1)))
                .body("error", containsString(caseOf.get(2)))
                .body("error", not(containsString("hunter2")))
                .body("size()", is(3));

        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"ExternalDatabase\""))
                .isZero();
        assertThat(pendingRequests()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mysql://joe:hunter2@h/d | postgres://",
                "hunter2 | postgres://",
                "'' | empty",
                "postgres://h/d | user",
                "postgres://joe:hunter2@h | database",
                "postgres://joe:hunter2@h1,h2/d | exactly one",
                "postgres://joe:hunter2@h:99999/d | port",
                "postgres://joe:hun@ter2@h/d | %40",
                "postgres://joe:hunter2@h/d?sslkey=/etc/passwd | 'sslkey'",
                "postgres://joe:hunter2@h/d?host=other | 'host'",
                "postgres://joe:hunter2@h/d?socketFactory=evil | 'socketFactory'",
                "postgres://joe:hunter2@h/d?sslmode=maybe | sslmode",
                "postgres://joe:hunter2@h/d?options=-c%20x | endpoint"
            })
    void aMalformedConnectionStringIsRefusedWithoutRepeatingIt(String text, String hint) {
        put(body("\"connection_string\":\"" + text + "\""))
                .statusCode(400)
                .body("code", equalTo("INVALID_CONNECTION_STRING"))
                .body("error", containsString(hint))
                .body("error", not(containsString("hunter2")))
                .body("error", not(containsString("ter2")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"255.255.255.255", "0xffffffff", "224.0.0.1", "[ff02::1]", "[::ffff:224.0.0.1]"})
    void anAddressThatIsNeverAHostIsRefused(String host) {
        put(body("\"connection_string\":\"postgres://joe:hunter2@" + host + "/d\""))
                .statusCode(400)
                .body("code", equalTo("FORBIDDEN_ADDRESS"))
                .body("error", not(containsString("hunter2")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b", "a%20b", "%C3%A4", "a%27", "x%00", "a%2Fb"})
    void anIdOfAnotherFormIsRefused(String id) {
        String other = path.replace("/main", "/" + id);
        int status =
                operator().body(MINIMAL).urlEncodingEnabled(false).put(other).statusCode();

        assertThat(status).isIn(400, 404);
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"ExternalDatabase\""))
                .isZero();
    }

    @Test
    void anIdMayHaveSixtyThreeCharactersAndNoMore() {
        operator()
                .body(MINIMAL)
                .put(path.replace("/main", "/" + "a".repeat(63)))
                .then()
                .statusCode(200);
        operator()
                .body(MINIMAL)
                .put(path.replace("/main", "/" + "a".repeat(64)))
                .then()
                .statusCode(400)
                .body("code", equalTo("INVALID_ID"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "1-1-1-1-1", "not-a-uuid", "7d5f0f8e6a9f4a3e9f583f4a4a1f7b1a"})
    void aTenancyThatIsNoUuidIsRefused(String other) {
        for (var response : List.of(
                operator().body(MINIMAL).put(path.replace(tenancy.toString(), other)),
                operator().get(path.replace(tenancy.toString(), other)),
                operator().delete(path.replace(tenancy.toString(), other)),
                operator().post(path.replace(tenancy.toString(), other) + "/pause"),
                operator().get(listPath().replace(tenancy.toString(), other)),
                operator().post("/api/latest/internal/external-db-sync/tenancies/" + other + "/sync"))) {
            response.then().statusCode(400).body("code", equalTo("INVALID_TENANCY_ID"));
        }
    }

    @Test
    void anUnknownDatabaseIsNotFound() {
        for (var response : List.of(
                operator().get(path),
                operator().delete(path),
                operator().post(path + "/pause"),
                operator().post(path + "/resume"),
                operator().post(path + "/test"),
                operator().post(path + "/explode"))) {
            response.then().statusCode(404).body("ok", is(false)).body("code", equalTo("NOT_FOUND"));
        }
    }

    @Test
    void withoutTheTokenNothingIsDone() {
        for (var response : List.of(
                given().contentType(ContentType.JSON).body(MINIMAL).put(path),
                given().get(path),
                given().delete(path),
                given().get(listPath()),
                given().post(path + "/pause"),
                given().post(path + "/resume"),
                given().post(path + "/test"),
                given().post(syncPath(tenancy)),
                given().header("Authorization", "Bearer admin-token-for-tests2").get(path))) {
            response.then().statusCode(401).body("code", equalTo("UNAUTHORIZED"));
        }
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"ExternalDatabase\""))
                .isZero();
    }

    @Test
    void aBodyOverOneMebibyteIsRefused() {
        put(body("\"connection_string\":\"" + "x".repeat(1024 * 1024) + "\""))
                .statusCode(413)
                .body("code", equalTo("BODY_TOO_LARGE"));
    }

    private ValidatableResponse put(String body) {
        return operator().body(body).put(path).then();
    }

    private static String body(String fields) {
        return "{\"type\":\"postgres\"," + fields + "}";
    }

    private String listPath() {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static String syncPath(UUID tenancy) {
        return "/api/latest/internal/external-db-sync/tenancies/" + tenancy + "/sync";
    }

    private long pendingRequests() {
        return database.queryLong(
                "SELECT count(*) FROM dbsync.\"OutgoingRequest\" WHERE \"startedFulfillingAt\" IS NULL");
    }

    private Map<String, Object> row() {
        return database.query("SELECT * FROM dbsync.\"ExternalDatabase\" WHERE \"tenancyId\" = ?", tenancy)
                .get(0);
    }

    /** Arrays are equal only to themselves. */
    private static Map<String, Object> withoutBytes(Map<String, Object> row) {
        return row.entrySet().stream()
                .filter(entry -> entry.getValue() != null && !(entry.getValue() instanceof byte[]))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private void fail() {
        database.execute(
                "UPDATE dbsync.\"ExternalDatabase\" SET \"attempts\" = 4, \"nextAttemptAt\" = now() + interval '5 minutes',"
                        + " \"failingSince\" = now(), \"errorCode\" = 'TARGET_UNREACHABLE', \"errorBlame\" = 'destination'",
                "INSERT INTO dbsync.\"ExternalDatabaseMapping\" (\"destinationId\", \"mappingId\", \"state\", \"attempts\","
                        + " \"nextAttemptAt\", \"failingSince\", \"errorCode\")"
                        + " SELECT \"destinationId\", m, 'following', 2, now() + interval '5 minutes', now(), 'X'"
                        + " FROM dbsync.\"ExternalDatabase\", unnest(ARRAY['users', 'teams']) AS m");
    }
}
