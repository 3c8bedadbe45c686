package dev.dbsync.poller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dbsync.harness.FakeQStash;
import dev.dbsync.harness.FakeQStash.Answer;
import dev.dbsync.harness.FakeQStash.Message;
import dev.dbsync.poller.Configs;
import dev.dbsync.poller.FakeEngine;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QStashDispatcherTest {

    private static final String TOKEN = "token of the publisher";
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final Outcome DELIVERED = new Outcome.Delivered();

    private final Vertx vertx = Vertx.vertx();
    private final FakeEngine engine = new FakeEngine();
    private final FakeQStash qstash = new FakeQStash(TOKEN, "a signing key of more than 32 characters");
    private final QStashDispatcher dispatcher = dispatcher(TOKEN, "10s");

    @AfterEach
    void close() {
        dispatcher.close();
        qstash.close();
        engine.close();
        vertx.closeAndAwait();
    }

    @Test
    void aRequestIsDoneOnceItIsAcceptedAndComesFromThere() {
        UUID tenancy = UUID.randomUUID();
        Delivery delivery = delivery(tenancy);

        assertThat(outcome(delivery)).isEqualTo(DELIVERED);

        Message message = qstash.accepted().get(0);
        assertThat(message.destination()).isEqualTo(engine.url() + "/sync");
        assertThat(message.body()).isEqualTo("{\"tenancyId\":\"" + tenancy + "\"}");
        assertThat(message.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("upstash-method", "POST")
                .containsEntry("upstash-retries", "2")
                .containsEntry("upstash-timeout", "90s")
                .containsEntry("upstash-deduplication-id", delivery.request().toString())
                .containsEntry("upstash-flow-control-key", "external-db-sync")
                .containsEntry("upstash-flow-control-value", "parallelism=20")
                .containsKey("upstash-retry-delay");
        await().until(() -> engine.calls(tenancy).size() == 1);
        assertThat(engine.calls(tenancy).get(0).headers())
                .containsEntry("content-type", "application/json")
                .containsKey("upstash-signature");
    }

    @Test
    void aTraceGoesAllTheWayToTheEngine() {
        UUID tenancy = UUID.randomUUID();

        outcome(delivery(tenancy).tracedBy("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

        await().until(() -> engine.calls(tenancy).size() == 1);
        assertThat(engine.calls(tenancy).get(0).headers())
                .containsEntry("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }

    @Test
    void whatIsClaimedTogetherIsPublishedTogether() {
        List<CompletableFuture<Outcome>> outcomes = dispatched(
                Stream.generate(() -> delivery(UUID.randomUUID())).limit(230).toList());

        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.join()).isEqualTo(DELIVERED));
        assertThat(qstash.batches()).contains(100).allMatch(size -> size <= 100);
        assertThat(qstash.batches().size()).isLessThan(20);
    }

    @Test
    void eachMessageHasAnOutcomeOfItsOwn() {
        UUID refused = UUID.randomUUID();
        qstash.refuse(message -> message.body().contains(refused.toString()));

        List<CompletableFuture<Outcome>> outcomes =
                dispatched(List.of(delivery(UUID.randomUUID()), delivery(refused), delivery(UUID.randomUUID())));

        assertThat(outcomes.get(0).join()).isEqualTo(DELIVERED);
        assertThat(outcomes.get(1).join())
                .isEqualTo(Outcome.Retry.because("QStash refuses the message: refused on purpose"));
        assertThat(outcomes.get(2).join()).isEqualTo(DELIVERED);
    }

    @Test
    void anAnswerThatWasLostCostsNoSecondDelivery() {
        UUID tenancy = UUID.randomUUID();
        Delivery delivery = delivery(tenancy);
        qstash.answerAfter(Duration.ofSeconds(2));
        var impatient = dispatcher(TOKEN, "500ms");
        assertThat(impatient.dispatch(delivery).await().indefinitely())
                .isEqualTo(Outcome.Retry.because("QStash did not answer within 500 ms"));
        qstash.answerAfter(Duration.ZERO);

        assertThat(outcome(delivery)).isEqualTo(DELIVERED);

        assertThat(qstash.accepted()).hasSize(1);
        await().until(() -> engine.calls(tenancy).size() == 1);
    }

    /** The engine may be reading for the first one just now, too early for what the second one announces. */
    @Test
    void aNewerRequestOfTheSameTenancyIsNotSwallowed() {
        UUID tenancy = UUID.randomUUID();

        outcome(delivery(tenancy));
        outcome(delivery(tenancy));

        await().until(() -> engine.calls(tenancy).size() == 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429 | Retry-After           | 7          | 7  | QStash's rate limit is exceeded (429)",
                "429 | Burst-RateLimit-Reset | 1893456003 | 3  | QStash's rate limit is exceeded (429)",
                "429 | RateLimit-Reset       | 1893456060 | 60 | QStash's rate limit is exceeded (429)",
                "429 | RateLimit-Reset       | 1893455999 |    | QStash's rate limit is exceeded (429)",
                "429 | RateLimit-Reset       | tomorrow   |    | QStash's rate limit is exceeded (429)",
                "503 | Retry-After           | 2          | 2  | QStash answered 503",
                "500 | X-Other               | 2          |    | QStash answered 500",
                "302 | Location              | /          |    | QStash answered 302",
                "403 | X-Other               | 2          |    | QStash refuses DBSYNC_QSTASH_TOKEN (403)"
            })
    void whatIsNotAcceptedIsTriedAgainWhenQStashWishes(
            int status, String header, String value, Integer seconds, String reason) {
        qstash.answer(new Answer(status, Map.of(header, value), "{\"error\":\"no\"}"));

        assertThat(outcome(delivery(UUID.randomUUID())))
                .isEqualTo(new Outcome.Retry(Optional.ofNullable(seconds).map(Duration::ofSeconds), reason));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "<html>", "[]", "[null]", "[[]]", "{}", "[{\"messageId\":1}]", "[{\"messageId\":\"\"}]", "7"
            })
    void anAnswerThatDoesNotSayAcceptedIsNoSuccess(String body) {
        qstash.answer(new Answer(200, Map.of(), body));

        assertThat(outcome(delivery(UUID.randomUUID()))).isInstanceOf(Outcome.Retry.class);
    }

    @Test
    void oneMessageMayBeAnsweredWithoutBrackets() {
        qstash.answer(new Answer(200, Map.of(), "{\"messageId\":\"msg_1\"}"));

        assertThat(outcome(delivery(UUID.randomUUID()))).isEqualTo(DELIVERED);
    }

    @Test
    void aWrongTokenIsSaidWithoutRepeatingIt() {
        var wrong = dispatcher("another token altogether", "10s");

        assertThat(wrong.dispatch(delivery(UUID.randomUUID())).await().indefinitely())
                .isEqualTo(Outcome.Retry.because("QStash refuses DBSYNC_QSTASH_TOKEN (401)"));
    }

    @Test
    void aQStashThatIsAwayIsAnOutcomeToo() {
        qstash.close();

        assertThat(outcome(delivery(UUID.randomUUID())))
                .isInstanceOfSatisfying(
                        Outcome.Retry.class,
                        retry -> assertThat(retry.reason()).startsWith("QStash cannot be reached"));
    }

    private Outcome outcome(Delivery delivery) {
        return dispatcher.dispatch(delivery).await().atMost(Duration.ofSeconds(10));
    }

    private List<CompletableFuture<Outcome>> dispatched(List<Delivery> deliveries) {
        return deliveries.stream()
                .map(delivery -> dispatcher.dispatch(delivery).subscribeAsCompletionStage())
                .toList();
    }

    private static Delivery delivery(UUID tenancy) {
        var options = new JsonObject()
                .put("url", "/sync")
                .put("body", new JsonObject().put("tenancyId", tenancy.toString()))
                .put(
                        "flowControl",
                        new JsonObject().put("key", "external-db-sync").put("parallelism", 20));
        return Delivery.of(UUID.randomUUID(), options).orElseThrow();
    }

    private QStashDispatcher dispatcher(String token, String publishTimeOut) {
        return new QStashDispatcher(
                vertx,
                Configs.of(DispatchConfig.class, Map.of("dbsync.poller.sync-engine-url", engine.url() + "/")),
                Configs.of(
                        QStashConfig.class,
                        Map.of(
                                "dbsync.qstash.url",
                                qstash.url() + "/",
                                "dbsync.qstash.token",
                                token,
                                "dbsync.qstash.retries",
                                "2",
                                "dbsync.qstash.publish-timeout",
                                publishTimeOut)),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }
}
