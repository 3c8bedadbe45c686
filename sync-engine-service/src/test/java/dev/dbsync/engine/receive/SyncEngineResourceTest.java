package dev.dbsync.engine.receive;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.dbsync.common.heartbeat.HeartbeatEntry;
import dev.dbsync.common.signature.UpstashSignature;
import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(LikeProductionWithAFakeSync.class)
@QuarkusTestResource(InternalDatabaseResource.class)
class SyncEngineResourceTest {

    private static final String PATH = "/api/latest/internal/external-db-sync/sync-engine";
    private static final String URL = "https://sync.example.com/base" + PATH;
    private static final String CURRENT_KEY = "current-signing-key-for-tests-only";
    private static final String NEXT_KEY = "next-signing-key-for-tests-only-too";

    private final UUID tenancy = UUID.randomUUID();
    private final String body = "{\"tenancyId\":\"" + tenancy + "\"}";

    TestDatabase database;

    @Inject
    FakeTenancySync sync;

    @AfterEach
    void reset() {
        sync.reset();
        database.execute(
                "UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"syncEngineEnabled\" = true",
                "DELETE FROM dbsync.\"ExternalDatabase\"");
    }

    @Test
    void aSignedDeliveryIsSynced() {
        connectADatabase();

        deliver(body, sign(URL, body, CURRENT_KEY))
                .statusCode(200)
                .body("ok", is(true))
                .body("destinations", is(3))
                .body("synced", is(2))
                .body("owed", is(1));

        assertThat(sync.synced()).containsExactly(tenancy);
    }

    @Test
    void theNextKeyIsTakenToo() {
        connectADatabase();

        deliver(body, sign(URL, body, NEXT_KEY)).statusCode(200);

        assertThat(sync.synced()).containsExactly(tenancy);
    }

    @Test
    void everyPublicUrlIsTaken() {
        connectADatabase();

        deliver(body, sign("http://engine:8143" + PATH, body, CURRENT_KEY)).statusCode(200);
    }

    @Test
    void theBodyIsVerifiedAsItArrived() {
        connectADatabase();
        String spaced = "{ \"tenancyId\" :\n\"" + tenancy + "\" }";

        deliver(spaced, sign(URL, spaced, CURRENT_KEY)).statusCode(200);
        deliver(spaced, sign(URL, body, CURRENT_KEY)).statusCode(401);
    }

    @Test
    void aHeartbeatIsWrittenDownAndSyncsNothing() {
        sendHeartbeat();
        String beat = "{\"tenancyId\":\"" + HeartbeatEntry.TENANCY + "\"}";

        refused(deliver(beat, "forged"));
        database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"syncEngineEnabled\" = false");
        deliver(beat, sign(URL, beat, CURRENT_KEY)).statusCode(503).body("code", equalTo("SYNC_ENGINE_DISABLED"));
        assertThat(arrivedBeat()).isEqualTo(6);

        database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"syncEngineEnabled\" = true");
        deliver(beat, sign(URL, beat, CURRENT_KEY))
                .statusCode(200)
                .body("ok", is(true))
                .body("ignored", nullValue());

        assertThat(arrivedBeat()).isEqualTo(7);
        assertThat(sync.synced()).isEmpty();
        assertThat(database.queryLong(
                        "SELECT count(*) FROM dbsync.\"Heartbeat\" WHERE \"took\" BETWEEN '20 s' AND '60 s'"))
                .isOne();
    }

    /** It may come twice, and before its entry is there to be read. */
    @Test
    void aHeartbeatCountsOnlyOnceItHasItsId() {
        sendHeartbeat();
        database.execute("UPDATE dbsync.\"ChangedRow\" SET \"sequenceId\" = NULL, \"shouldUpdateSequenceId\" = true"
                + " WHERE \"tenancyId\" = '" + HeartbeatEntry.TENANCY + "'");
        String beat = "{\"tenancyId\":\"" + HeartbeatEntry.TENANCY + "\"}";

        deliver(beat, sign(URL, beat, CURRENT_KEY)).statusCode(200);

        assertThat(arrivedBeat()).isEqualTo(6);
    }

    /** Whoever keeps it, taking the engine out of service would make it worse. */
    @Test
    void aHeartbeatThatDoesNotArriveIsToldAndNoReasonNotToBeReady() {
        sendHeartbeat();

        given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'heartbeat' }.status", equalTo("UP"))
                .body("checks.find { it.name == 'heartbeat' }.data.missingForSeconds", greaterThanOrEqualTo(30));
    }

    private void sendHeartbeat() {
        database.execute(
                "UPDATE dbsync.\"Heartbeat\" SET \"beat\" = 7, \"arrivedBeat\" = 6, \"arrivedAt\" = now(),"
                        + " \"writtenAt\" = now() - interval '30 s', \"sentAt\" = now(), \"nextBy\" = now() + interval '1 minute'",
                "DELETE FROM dbsync.\"ChangedRow\" WHERE \"tenancyId\" = '" + HeartbeatEntry.TENANCY + "'",
                "INSERT INTO dbsync.\"ChangedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\", \"sequenceId\", \"shouldUpdateSequenceId\")"
                        + " VALUES ('" + HeartbeatEntry.TENANCY + "', '" + HeartbeatEntry.TABLE
                        + "', '{\"beat\": 7}', 1, false)");
    }

    private long arrivedBeat() {
        return database.queryLong("SELECT \"arrivedBeat\" FROM dbsync.\"Heartbeat\"");
    }

    @Test
    void anUnknownTenancyIsIgnored() {
        deliver(body, sign(URL, body, CURRENT_KEY))
                .statusCode(200)
                .body("ok", is(true))
                .body("ignored", is(true));

        assertThat(sync.synced()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example",
        "http://localhost:8143",
        "https://sync.example.com",
        "https://sync.example.com/base2"
    })
    void aSignatureForAnotherUrlIsRefusedWhateverTheHostHeaderSays(String base) {
        connectADatabase();
        String token = sign(base + PATH, body, CURRENT_KEY);

        refused(given().header("Host", base.replaceAll("https?://", "").replaceAll("/.*", ""))
                .header("Upstash-Signature", token)
                .contentType("application/json")
                .body(body)
                .post(PATH)
                .then());
    }

    @Test
    void aMissingSignatureIsRefused() {
        refused(given().contentType("application/json").body(body).post(PATH).then());
    }

    @Test
    void theAdminTokenIsNoSignature() {
        refused(given().header("Authorization", "Bearer admin-token-for-tests")
                .contentType("application/json")
                .body(body)
                .post(PATH)
                .then());
    }

    @ParameterizedTest
    @CsvSource({"x", "a.b.c", "bypass", "''", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJVcHN0YXNoIn0."})
    void aMalformedSignatureIsRefused(String token) {
        refused(deliver(body, token));
    }

    @Test
    void anotherKeysSignatureIsRefused() {
        refused(deliver(body, sign(URL, body, "somebody-elses-signing-key-0123456789")));
    }

    @Test
    void anExpiredSignatureIsRefused() {
        byte[] raw = body.getBytes(StandardCharsets.UTF_8);

        refused(deliver(
                body, UpstashSignature.sign(URL, raw, CURRENT_KEY, Instant.now().minusSeconds(400))));
        refused(deliver(
                body, UpstashSignature.sign(URL, raw, CURRENT_KEY, Instant.now().plusSeconds(400))));
    }

    @Test
    void aRefusedDeliveryTouchesNoDatabase() {
        database.execute("ALTER TABLE dbsync.\"ExternalDbSyncMetadata\" RENAME TO hidden");
        try {
            refused(deliver(body, "forged"));
            deliver(body, sign(URL, body, CURRENT_KEY))
                    .statusCode(503)
                    .header("Retry-After", "2")
                    .body("code", equalTo("INTERNAL_DATABASE_UNAVAILABLE"));
        } finally {
            database.execute("ALTER TABLE dbsync.hidden RENAME TO \"ExternalDbSyncMetadata\"");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | INVALID_TENANCY_ID",
                "{\"tenancyId\":null} | INVALID_TENANCY_ID",
                "null | INVALID_TENANCY_ID",
                "{\"tenancyId\":\"not-a-uuid\"} | INVALID_FIELD",
                "{\"tenancyId\":7} | INVALID_FIELD",
                "{\"tenancyId\":\"7d5f0f8e-6a9f-4a3e-9f58-3f4a4a1f7b1a\",\"more\":1} | UNKNOWN_FIELD",
                "[] | MALFORMED_JSON",
                "{ | MALFORMED_JSON",
                "'' | MALFORMED_JSON"
            })
    void aSignedBodyOfAnotherFormIsRefused(String other, String code) {
        deliver(other, sign(URL, other, CURRENT_KEY))
                .statusCode(400)
                .body("ok", is(false))
                .body("code", equalTo(code));
    }

    @Test
    void aSwitchedOffEngineAsksToComeAgain() {
        connectADatabase();
        database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"syncEngineEnabled\" = false");

        deliver(body, sign(URL, body, CURRENT_KEY))
                .statusCode(503)
                .header("Retry-After", "5")
                .body("code", equalTo("SYNC_ENGINE_DISABLED"));

        assertThat(sync.synced()).isEmpty();
    }

    @Test
    void aFailedSyncAsksToComeAgainWithoutDetails() {
        connectADatabase();
        sync.failWith(new IllegalStateException("postgres://joe:hunter2@db"));

        deliver(body, sign(URL, body, CURRENT_KEY))
                .statusCode(503)
                .header("Retry-After", "2")
                .body("code", equalTo("SYNC_FAILED"))
                .body("error", not(containsString("hunter2")));
    }

    @Test
    void aBodyOverOneMebibyteIsRefusedWhateverItsFraming() {
        String large = "x".repeat(1024 * 1024 + 1);

        deliver(large, "forged")
                .statusCode(413)
                .body("code", equalTo("BODY_TOO_LARGE"))
                .body("ok", is(false));
    }

    @Test
    void aBodyThatDoesNotSayHowLongItIsIsCutOff() throws IOException, InterruptedException {
        byte[] large = new byte[2 * 1024 * 1024];
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + PATH))
                .header("Upstash-Signature", "forged")
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
                .build();

        var response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("\"ok\":false", "BODY_TOO_LARGE");
    }

    @Test
    void aDeliveryInChunksIsAsGoodAsAnyOther() throws IOException, InterruptedException {
        connectADatabase();
        byte[] raw = body.getBytes(StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + PATH))
                .header("Upstash-Signature", sign(URL, body, CURRENT_KEY))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(raw)))
                .build();

        var response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(sync.synced()).containsExactly(tenancy);
    }

    private ValidatableResponse deliver(String sent, String token) {
        return given().header("Upstash-Signature", token)
                .contentType("application/json")
                .body(sent)
                .post(PATH)
                .then();
    }

    private void refused(ValidatableResponse response) {
        response.statusCode(401).body("ok", is(false)).body("code", equalTo("INVALID_SIGNATURE"));
        assertThat(sync.synced()).isEmpty();
    }

    private static String sign(String url, String signed, String key) {
        return UpstashSignature.sign(url, signed.getBytes(StandardCharsets.UTF_8), key, Instant.now());
    }

    private void connectADatabase() {
        database.update(
                "INSERT INTO dbsync.\"ExternalDatabase\" (\"tenancyId\", \"id\", \"type\", \"connectionCiphertext\","
                        + " \"connectionKeyId\", \"host\", \"port\", \"database\", \"user\")"
                        + " VALUES (?, 'main', 'postgres', ''::bytea, 'k', 'h', 5432, 'd', 'u')",
                tenancy);
    }
}
