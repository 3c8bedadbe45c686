package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.ApiClient.Response;
import dev.dbsync.harness.Service;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with a request: one sentence that says so, nothing stored, no secret repeated. */
class BadInputIsRefused {

    /** Stands where a password would, and must never come back. */
    private static final String PASSWORD = "hunter2-secret";

    private static final String GOOD = "postgres://u:" + PASSWORD + "@localhost:1/d";

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    private final UUID tenancy = UUID.randomUUID();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "localhost",
                "mysql://u:hunter2-secret@h/d",
                "jdbc:postgresql://u:hunter2-secret@h/d",
                "postgres://u:hunter2-secret@h",
                "postgres://u:hunter2-secret@h/",
                "postgres://h/d",
                "postgres://:hunter2-secret@h/d",
                "postgres://u:hunter2-secret@/d",
                "postgres://u:hunter2-secret@a,b/d",
                "postgres://u:hunter2-secret@h:0/d",
                "postgres://u:hunter2-secret@h:70000/d",
                "postgres://u:hunter2-secret@h:x/d",
                "postgres://u:hunter2-secret@h@i/d",
                "postgres://u:hunter2-secret@%2Fvar%2Frun%2Fpostgresql/d",
                "postgres://u:hunter2-secret%@h/d",
                "postgres://u:hunter2-secret%00@h/d",
                "postgres://u:hunter2-secret@h/d?sslmode=maybe",
                "postgres://u:hunter2-secret@h/d?sslmode=require&sslmode=disable",
                "postgres://u:hunter2-secret@h/d?connect_timeout=soon",
                "postgres://u:hunter2-secret@h/d?options=-c%20search_path%3Dpublic",
                "postgres://u:hunter2-secret@h/d?socketFactory=dev.dbsync.Evil"
            })
    void aConnectionStringThatIsNotOne(String text) {
        Response answer = put("{\"type\":\"postgres\",\"connection_string\":\"" + text + "\"}");

        assertRefused(answer, 400, "INVALID_CONNECTION_STRING");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host",
                "hostaddr",
                "sslrootcert",
                "passfile",
                "service",
                "target_session_attrs",
                "socketFactory",
                "socketFactoryArg",
                "sslfactory",
                "sslhostnameverifier",
                "loggerFile",
                "loggerLevel",
                "authenticationPluginClassName",
                "xmlFactoryFactory",
                "jaasApplicationName",
                "localSocketAddress",
                "replication",
                "user",
                "password"
            })
    void anUnknownParameterByItsName(String parameter) {
        Response answer =
                put("{\"type\":\"postgres\",\"connection_string\":\"" + GOOD + "?" + parameter + "=hunter2-secret\"}");

        assertRefused(answer, 400, "INVALID_CONNECTION_STRING");
        assertThat(answer.text()).contains("'" + parameter + "'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"type\":\"mysql\" | UNSUPPORTED_TYPE",
                "\"type\":null | MISSING_FIELD",
                "\"type\":1 | INVALID_FIELD",
                "\"connection_string\":null | MISSING_FIELD",
                "\"connection_string\":7 | INVALID_FIELD",
                "\"schema\":\"a b\" | INVALID_SCHEMA",
                "\"schema\":\"\" | INVALID_SCHEMA",
                "\"schema\":\"1a\" | INVALID_SCHEMA",
                "\"schema\":\"a;DROP\" | INVALID_SCHEMA",
                "\"schema\":\"pg_catalog\" | INVALID_SCHEMA",
                "\"schema\":\"information_schema\" | INVALID_SCHEMA",
                "\"schema\":\"a234567890123456789012345678901234567890123456789012345678901234\" | INVALID_SCHEMA",
                "\"mappings\":\"users\" | INVALID_FIELD",
                "\"mappings\":[] | INVALID_FIELD",
                "\"mappings\":[\"nobody\"] | UNKNOWN_MAPPING",
                "\"mappings\":[null] | UNKNOWN_MAPPING",
                "\"mappings\":{} | INVALID_FIELD",
                "\"reader_role\":\"public\" | INVALID_READER_ROLE",
                "\"reader_role\":\"a\\\"b\" | INVALID_READER_ROLE",
                "\"enabled\":\"yes\" | INVALID_FIELD",
                "\"enabled\":1 | INVALID_FIELD",
                "\"connection\":\"x\" | UNKNOWN_FIELD"
            })
    void aFieldThatIsNotWhatItShouldBe(String field, String code) {
        String name = field.substring(0, field.indexOf(':'));
        String others = List.of("\"type\":\"postgres\"", "\"connection_string\":\"" + GOOD + "\"").stream()
                .filter(other -> !other.startsWith(name + ":"))
                .map(other -> other + ",")
                .reduce("", String::concat);

        assertRefused(put("{" + others + field + "}"), 400, code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "x",
                "[]",
                "\"text\"",
                "{",
                "{}x",
                "{\"type\":\"postgres\",\"type\":\"postgres\",\"connection_string\":\"postgres://u:hunter2-secret@h/d\"}"
            })
    void aBodyThatIsNotTheObject(String body) {
        assertRefused(put(body), 400, null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /tenancies/nobody/external-databases | 400 | INVALID_TENANCY_ID",
                "GET | /tenancies/1-1-1-1-1/external-databases | 400 | INVALID_TENANCY_ID",
                "GET | /tenancies/{t}/external-databases/a%20b | 400 | INVALID_ID",
                "GET | /tenancies/{t}/external-databases/a.b | 400 | INVALID_ID",
                "GET | /tenancies/{t}/external-databases/a234567890123456789012345678901234567890123456789012345678901234 | 400 | INVALID_ID",
                "GET | /tenancies/{t}/external-databases/unknown | 404 | NOT_FOUND",
                "DELETE | /tenancies/{t}/external-databases/unknown | 404 | NOT_FOUND",
                "POST | /tenancies/{t}/external-databases/unknown/test | 404 | NOT_FOUND",
                "POST | /tenancies/{t}/external-databases/unknown/pause | 404 | NOT_FOUND",
                "POST | /tenancies/{t}/external-databases/unknown/resume | 404 | NOT_FOUND",
                "POST | /tenancies/{t}/sync | 404 | NOT_FOUND",
                "GET | /nowhere | 404 | NOT_FOUND",
                "GET | /status?scope=some | 400 | INVALID_SCOPE",
                "GET | /status?scope=tenancy | 400 | INVALID_TENANCY_ID",
                "GET | /status?scope=tenancy&tenancyId=x | 400 | INVALID_TENANCY_ID",
                "GET | /status?scope=tenancy&tenancyId={t} | 404 | NOT_FOUND",
                "GET | /external-databases?limit=0 | 400 | INVALID_LIMIT",
                "GET | /external-databases?state=odd | 400 | INVALID_STATE",
                "GET | /external-databases?sort=name | 400 | INVALID_SORT",
                "GET | /external-databases?cursor=x | 400 | INVALID_CURSOR",
                "GET | /sync-engine | 405 | METHOD_NOT_ALLOWED",
                "POST | /status | 405 | METHOD_NOT_ALLOWED",
                "DELETE | /fusebox | 405 | METHOD_NOT_ALLOWED"
            })
    void anAddressThatIsNotThere(String method, String path, int status, String code) {
        ApiClient admin = installation.admin();
        String actual = path.replace("{t}", tenancy.toString());
        Response answer = switch (method) {
            case "GET" -> admin.get(actual);
            case "DELETE" -> admin.delete(actual);
            default -> admin.post(actual, null);
        };

        assertRefused(answer, status, code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"sequencer_enabled\":true}",
                "{\"sequencer_enabled\":\"on\",\"poller_enabled\":true}",
                "{\"sequencer_enabled\":1,\"poller_enabled\":true}",
                "{\"sequencer_enabled\":true,\"poller_enabled\":true,\"engine_enabled\":true}",
                "[]",
                ""
            })
    void aFuseboxThatIsNotWired(String body) {
        assertRefused(installation.admin().post("/fusebox", body), 400, null);
    }

    @Test
    void aBodyThatIsMadeToBeHardToRead() {
        String number = "9".repeat(100_000);
        for (String body : List.of(
                "[".repeat(100_000),
                "{\"type\":".repeat(50_000),
                "{\"mappings\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
                "{\"enabled\":" + number + "}",
                "{\"enabled\":1e" + number + "}",
                "{\"" + "x".repeat(500_000) + "\":1}",
                "{\"schema\":\"" + "x".repeat(900_000) + "\"}",
                "{\"type\":\"post\u0000gres\"}",
                "{\"type\":\"postgres\",\"connection_string\":\"" + GOOD + "\",\"schema\":\"a\\u0000b\"}",
                "{\"type\":\"postgres\",\"connection_string\":\"postgres://u:" + PASSWORD + "@h/d\\u0000\"}",
                "{\"type\":\"postgres\",\"connection_string\":\"postgres://u:" + PASSWORD
                        + "@h/d\\r\\nSet-Cookie: x\"}",
                "{\"type\":\"postgres\",\"connection_string\":\"postgres://u:" + PASSWORD + "@h/" + "d".repeat(5_000)
                        + "\"}",
                "\ufeff{}")) {
            assertRefused(put(body), 400, null);
        }
    }

    @Test
    void aBodyOfMoreThanOneMebibyte() {
        assertRefused(put("{\"type\":\"" + "x".repeat(1024 * 1024) + "\"}"), 413, "BODY_TOO_LARGE");
    }

    @Test
    void aRequestWithoutTheAdminTokenWhateverItAsksFor() {
        String database = ApiClient.pathOf(tenancy, "main");
        for (String token :
                new String[] {null, "", "wrong", installation.stack().secrets().cronSecret()}) {
            var stranger = new ApiClient(installation.service(Service.ENGINE).url(), token);
            for (Response answer : List.of(
                    stranger.get("/status"),
                    stranger.get("/external-databases"),
                    stranger.get("/fusebox"),
                    stranger.post("/fusebox", "{\"sequencer_enabled\":false,\"poller_enabled\":false}"),
                    stranger.put(database, "{\"type\":\"postgres\",\"connection_string\":\"" + GOOD + "\"}"),
                    stranger.get(database),
                    stranger.delete(database),
                    stranger.post(database + "/test", null),
                    stranger.post(database + "/pause", null),
                    stranger.post(database + "/resume", null),
                    stranger.post("/tenancies/" + tenancy + "/sync", null),
                    stranger.get("/nowhere"))) {
                assertRefused(answer, 401, "UNAUTHORIZED");
            }
        }
        assertThat(installation
                        .admin()
                        .get("/fusebox")
                        .body()
                        .path("sequencer_enabled")
                        .asBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"SEQUENCER, /sequencer", "POLLER, /poller"})
    void aCronRouteWithoutTheCronSecretOrWithABadDuration(Service service, String path) {
        for (String token :
                new String[] {null, "wrong", installation.stack().secrets().adminToken()}) {
            assertRefused(new ApiClient(installation.service(service).url(), token).get(path), 401, "UNAUTHORIZED");
        }
        for (String duration : new String[] {"x", "-1", "1.5", "99999999999999999999"}) {
            assertRefused(installation.stack().cron(service).get(path + "?maxDurationMs=" + duration), 400, null);
        }
    }

    private Response put(String body) {
        return installation.admin().put(ApiClient.pathOf(tenancy, "main"), body);
    }

    private void assertRefused(Response answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.body().path("ok").isBoolean()).as(answer.text()).isTrue();
        assertThat(answer.body().path("ok").asBoolean()).isFalse();
        assertThat(answer.code()).matches("[A-Z][A-Z_]+");
        if (code != null) {
            assertThat(answer.code()).isEqualTo(code);
        }
        assertThat(answer.body().path("error").asText()).isNotEmpty().doesNotContain("Exception", "\n", "SELECT");
        assertThat(answer.text()).doesNotContain(PASSWORD);
        assertThat(installation
                        .internal()
                        .queryLong("SELECT count(*) FROM dbsync.\"ExternalDatabase\" WHERE \"tenancyId\" = ?", tenancy))
                .isZero();
    }
}
