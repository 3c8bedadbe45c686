package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbsync.harness.FakeQStash;
import dev.dbsync.harness.FakeQStash.Answer;
import dev.dbsync.harness.Secrets;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The poller publishes, and QStash signs, delivers and retries. It may refuse, lose its answers, or lose a message altogether. */
class DeliveriesGoThroughQStash {

    private static final String TOKEN = "token of the publisher";
    private static final Secrets SECRETS = Secrets.generate();
    private static final FakeQStash qstash = new FakeQStash(TOKEN, SECRETS.signingCurrentKey());

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder.secrets(SECRETS)
            // What is published is counted here, and heartbeats would be among it.
            .environment(Service.SEQUENCER, "DBSYNC_HEARTBEAT_INTERVAL", "0")
            .environment(Service.POLLER, "DBSYNC_POLLER_DISPATCH", "qstash")
            .environment(Service.POLLER, "DBSYNC_QSTASH_URL", qstash.url())
            .environment(Service.POLLER, "DBSYNC_QSTASH_TOKEN", TOKEN)
            .environment(Service.POLLER, "DBSYNC_LOG_JSON", "true")
            .environment(Service.POLLER, "DBSYNC_QSTASH_RETRIES", "5")
            .environment(Service.POLLER, "DBSYNC_QSTASH_PUBLISH_TIMEOUT", "1s")
            .environment(Service.POLLER, "DBSYNC_QSTASH_REDELIVER_AFTER", "5s"));

    private Tenant tenant;
    private TestDatabase target;

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
    }

    @AfterEach
    void heal() {
        qstash.refuse(message -> false);
        qstash.lose(message -> false);
        qstash.answer(null);
        qstash.answerAfter(Duration.ZERO);
        qstash.signWith(SECRETS.signingCurrentKey());
    }

    @AfterAll
    static void stop() {
        qstash.close();
    }

    @Test
    void everydayChangesArrive() {
        int before = qstash.accepted().size();
        tenant.everything();
        try (var application = Application.writing(2, List.of(tenant))) {
            application.awaitTransactions(200);
        }

        Oracle.awaitEqual(tenant, target);
        assertThat(qstash.accepted().size()).isGreaterThan(before);
        Eventually.holds(() -> assertThat(tenant.requests()).isZero());
    }

    @Test
    void signedWithTheNextKeyTheyAreAcceptedToo() {
        qstash.signWith(SECRETS.signingNextKey());
        tenant.user("Signed with the next key");

        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void whatIsRefusedAtFirstArrivesLaterAndOthersDoNotWait() {
        Tenant other = installation.tenant();
        TestDatabase otherTarget = other.connected();
        Oracle.awaitEqual(other, otherTarget);
        qstash.refuse(message -> message.body().contains(tenant.id().toString()));

        tenant.user("Refused");
        other.user("Accepted");
        Oracle.awaitEqual(other, otherTarget);
        Eventually.holds(() -> assertThat(lastError()).contains("refused on purpose"));

        qstash.refuse(message -> false);
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void aRateLimitAndALostAnswerCostTimeOnly() {
        qstash.answer(new Answer(429, Map.of("Retry-After", "1"), "{\"error\":\"rate limit\"}"));
        tenant.user("Limited");
        Eventually.holds(() -> assertThat(lastError()).contains("429"));
        qstash.answerAfter(Duration.ofSeconds(2));
        qstash.answer(null);
        Eventually.holds(() -> assertThat(lastError()).contains("did not answer"));
        qstash.answerAfter(Duration.ZERO);

        Oracle.awaitEqual(tenant, target);
        Eventually.holds(() -> assertThat(tenant.requests()).isZero());
    }

    @Test
    void aPollerThatIsKilledInTheMiddleLosesNothing() {
        ServiceProcess poller = installation.service(Service.POLLER);
        try (var application = Application.writing(2, List.of(tenant))) {
            application.awaitTransactions(50);
            poller.kill();
            application.awaitTransactions(50);
            poller.start();
            poller.awaitReady(Duration.ofSeconds(60));
            application.awaitTransactions(50);
        }

        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void anEngineThatIsAwayForAMomentIsRetried() {
        ServiceProcess engine = installation.service(Service.ENGINE);
        engine.kill();
        tenant.user("While the engine was away");
        Eventually.holds(() -> assertThat(tenant.requests()).isZero());
        engine.start();
        engine.awaitReady(Duration.ofSeconds(60));

        tenant.user("After it came back");
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    @Tag("slow")
    void whatQStashLosesIsPublishedAgain() {
        long before = publishedOfTenant();
        qstash.lose(message -> message.body().contains(tenant.id().toString()));
        UUID user = tenant.user("Lost");
        // There is no request at first either.
        Eventually.holds(() -> assertThat(publishedOfTenant()).isGreaterThan(before));
        Eventually.holds(() -> assertThat(tenant.requests()).isZero());
        qstash.lose(message -> false);

        Eventually.holdsWithin(
                Duration.ofSeconds(90),
                () -> assertThat(target.queryLong("SELECT count(*) FROM users WHERE id = ?", user))
                        .isOne());
        // The engine answers, and the row is there, before the poller has heard of either.
        Eventually.holds(() ->
                assertThat(installation.service(Service.POLLER).log()).contains("look into its dead letter queue"));
        assertThat(installation.service(Service.POLLER).log()).doesNotContain("please report it as a bug");
    }

    private long publishedOfTenant() {
        return qstash.accepted().stream()
                .filter(message -> message.body().contains(tenant.id().toString()))
                .count();
    }

    /** Beside the point here, but here is a poller that was asked for it. */
    @Test
    void eachLineOfItsLogIsAJsonObject() {
        assertThat(installation.service(Service.POLLER).log().lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(new ObjectMapper()
                                .readTree(line)
                                .path("message")
                                .asText())
                        .isNotEmpty());
    }

    private String lastError() {
        return installation.internal().queryText("""
                SELECT coalesce(max("lastError"), '') FROM dbsync."OutgoingRequest" WHERE "deduplicationKey" = 'sync-engine:%s'
                """.formatted(tenant.id()));
    }
}
