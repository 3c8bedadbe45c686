package dev.dbsync.poller;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import dev.dbsync.common.signature.UpstashSignature;
import dev.dbsync.common.signature.Verification;
import dev.dbsync.harness.TestDatabase;
import dev.dbsync.poller.FakeEngine.Answer;
import dev.dbsync.poller.FakeEngine.Call;
import dev.dbsync.poller.PollerServiceResource.FromPollerService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(PollerServiceResource.class)
class PollerServiceTest {

    private static final String ROUTE = "/api/latest/internal/external-db-sync/poller";

    @FromPollerService
    TestDatabase database;

    @FromPollerService
    FakeEngine engine;

    @ConfigProperty(name = "dbsync.signing.current-key")
    String currentKey;

    @ConfigProperty(name = "dbsync.signing.next-key")
    String nextKey;

    @ConfigProperty(name = "dbsync.cron-secret")
    String cronSecret;

    private final UUID tenancy = UUID.randomUUID();

    @AfterEach
    void clear() {
        InternalDatabaseExtension.clear(database);
    }

    @Test
    void aRequestIsDeliveredSignedAndThenDeleted() {
        enqueue(tenancy);

        await().until(() -> requests(tenancy) == 0);

        Call call = engine.calls(tenancy).get(0);
        String url = engine.url() + "/api/latest/internal/external-db-sync/sync-engine";
        assertThat(engine.url() + call.path()).isEqualTo(url);
        assertThat(call.body()).asString().isEqualTo("{\"tenancyId\":\"" + tenancy + "\"}");
        assertThat(call.headers()).containsEntry("content-type", "application/json");
        assertThat(UpstashSignature.verify(
                        call.headers().get("upstash-signature"),
                        call.body(),
                        List.of(url),
                        currentKey,
                        nextKey,
                        Instant.now()))
                .isEqualTo(new Verification.Valid());
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 401, 404, 429, 500, 503})
    void whateverIsNoSuccessIsTriedAgain(int status) {
        engine.answer(tenancy, Answer.status(status));
        enqueue(tenancy);
        await().until(() -> engine.calls(tenancy).size() >= 2);
        assertThat(database.queryText("SELECT \"lastError\" FROM dbsync.\"OutgoingRequest\""))
                .isEqualTo("the engine answered " + status);

        engine.answer(tenancy, Answer.status(200));

        await().until(() -> requests(tenancy) == 0);
    }

    @Test
    void aRetryAfterIsHonoured() {
        engine.answer(tenancy, Answer.retryAfter(503, "2"));
        enqueue(tenancy);
        await().until(() -> !engine.calls(tenancy).isEmpty());
        engine.answer(tenancy, Answer.status(200));

        await().until(() -> requests(tenancy) == 0);

        List<Call> calls = engine.calls(tenancy);
        assertThat(calls).hasSize(2);
        assertThat(Duration.between(calls.get(0).at(), calls.get(1).at())).isGreaterThan(Duration.ofMillis(1900));
    }

    @Test
    void aHangingDeliveryIsGivenUpAndDelaysNobodyElse() throws InterruptedException {
        var let = new CountDownLatch(1);
        engine.answer(tenancy, exchange -> {
            awaitUninterrupted(let);
            Answer.status(200).to(exchange);
        });
        UUID other = UUID.randomUUID();
        enqueue(tenancy);
        await().until(() -> !engine.calls(tenancy).isEmpty());
        enqueue(other);

        await().until(() -> requests(other) == 0);
        assertThat(Duration.between(
                        engine.calls(tenancy).get(0).at(),
                        engine.calls(other).get(0).at()))
                .as("while the first one still hung")
                .isLessThan(Duration.ofMillis(3000));
        await().until(() -> database.queryLong("SELECT max(\"attempts\") FROM dbsync.\"OutgoingRequest\"") > 0);
        assertThat(database.queryText("SELECT \"lastError\" FROM dbsync.\"OutgoingRequest\""))
                .isEqualTo("the engine did not answer within 3000 ms");

        let.countDown();
        await().until(() -> requests(tenancy) == 0);
    }

    @Test
    void anAnswerWithoutEndIsGivenUp() {
        engine.answer(tenancy, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] junk = new byte[64 * 1024];
            while (true) {
                exchange.getResponseBody().write(junk);
            }
        });
        enqueue(tenancy);

        await().until(() -> database.queryLong("SELECT max(\"attempts\") FROM dbsync.\"OutgoingRequest\"") > 0);
        engine.answer(tenancy, Answer.status(200));
        await().until(() -> requests(tenancy) == 0);
    }

    @Test
    void oneTenancyIsNeverDeliveredTwiceAtOnce() {
        var let = new CountDownLatch(1);
        engine.answer(tenancy, exchange -> {
            awaitUninterrupted(let);
            Answer.status(200).to(exchange);
        });
        enqueue(tenancy);
        await().until(() -> !engine.calls(tenancy).isEmpty());
        enqueue(tenancy);
        UUID later = UUID.randomUUID();
        enqueue(later);
        await().until(() -> requests(later) == 0);
        assertThat(engine.calls(tenancy)).hasSize(1);

        let.countDown();
        await().until(() -> requests(tenancy) == 0);
        assertThat(engine.calls(tenancy)).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void theFuseboxStopsAndStartsDeliveriesWithoutARestart() {
        database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"pollerEnabled\" = false");
        enqueue(tenancy);
        await().pollDelay(Duration.ofMillis(300)).until(() -> requests(tenancy) == 1);
        assertThat(engine.calls(tenancy)).isEmpty();

        database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"pollerEnabled\" = true");

        await().until(() -> requests(tenancy) == 0);
    }

    @Test
    void aDestinationThatIsDueIsDelivered() {
        database.update(
                "INSERT INTO dbsync.\"ExternalDatabase\" (\"tenancyId\", \"id\", \"type\", \"connectionCiphertext\","
                        + " \"connectionKeyId\", \"host\", \"port\", \"database\", \"user\", \"nextAttemptAt\")"
                        + " VALUES (?, 'main', 'postgres', '', 'k', 'h', 1, 'd', 'u', now())",
                tenancy);

        await().until(() -> !engine.calls(tenancy).isEmpty());
    }

    @Test
    void theCronRouteDeliversWhatThereIs() {
        enqueue(tenancy);

        given().header("Authorization", "Bearer " + cronSecret)
                .get(ROUTE + "?maxDurationMs=5000")
                .then()
                .statusCode(200)
                .body("ok", equalTo(true))
                .body("requests_processed", greaterThanOrEqualTo(0));

        assertThat(requests(tenancy)).isZero();
    }

    @Test
    void theCronRouteEndsWithItsTime() {
        engine.answer(tenancy, Answer.status(500));
        enqueue(tenancy);

        given().header("Authorization", "Bearer " + cronSecret)
                .get(ROUTE + "?maxDurationMs=1")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1.5", "abc", "600001", "99999999999999999999", "%20", "1e3"})
    void aDurationThatMakesNoSenseIsRefused(String duration) {
        given().header("Authorization", "Bearer " + cronSecret)
                .urlEncodingEnabled(false)
                .get(ROUTE + "?maxDurationMs=" + duration)
                .then()
                .statusCode(400)
                .body("ok", equalTo(false))
                .body("code", equalTo("INVALID_MAX_DURATION"))
                .body("error", containsString("from 1 to 600000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer wrong", "Bearer ", "Basic abc", "Bearer"})
    void withoutTheCronSecretNothingIsDone(String authorization) {
        given().header("Authorization", authorization)
                .get(ROUTE + "?maxDurationMs=-1")
                .then()
                .statusCode(401)
                .body("code", equalTo("UNAUTHORIZED"));
        given().get(ROUTE).then().statusCode(401);
    }

    @Test
    void theServiceIsReadyAndTellsWhatItDid() {
        given().get("/q/health/ready").then().statusCode(200);
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("dbsync_poller_requests_delivered_total"))
                .body(containsString("dbsync_poller_requests_in_flight"))
                .body(containsString("dbsync_databases{blame=\"platform\",state=\"error\"}"))
                .body(containsString("dbsync_lag_seconds{quantile=\"0.99\"}"))
                .body(containsString("dbsync_requests_pending"));
    }

    private void enqueue(UUID id) {
        database.execute(
                "SELECT dbsync.enqueue_tenant_sync('" + id + "'); SELECT pg_notify('dbsync_outgoing_request', '')");
    }

    private long requests(UUID id) {
        return database.queryLong(
                "SELECT count(*) FROM dbsync.\"OutgoingRequest\" WHERE \"deduplicationKey\" = ?",
                InternalDatabaseExtension.key(id));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
