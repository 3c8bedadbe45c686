package dev.dbsync.poller.poll;

import static dev.dbsync.poller.InternalDatabaseExtension.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dbsync.common.trace.Traces;
import dev.dbsync.poller.Configs;
import dev.dbsync.poller.InternalDatabaseExtension;
import dev.dbsync.poller.PollerMetrics;
import dev.dbsync.poller.SchemaGate;
import dev.dbsync.poller.claim.ClaimConfig;
import dev.dbsync.poller.claim.ClaimStore;
import dev.dbsync.poller.claim.RetryPolicy;
import dev.dbsync.poller.dispatch.Delivery;
import dev.dbsync.poller.dispatch.DispatchConfig;
import dev.dbsync.poller.dispatch.Dispatcher;
import dev.dbsync.poller.dispatch.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PollerLoopTest {

    private static final Outcome DELIVERED = new Outcome.Delivered();

    @RegisterExtension
    static final InternalDatabaseExtension internal = new InternalDatabaseExtension();

    private final HeldDeliveries out = new HeldDeliveries();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void onlyAsMuchIsClaimedAsCanBeDelivered() {
        enqueue(5);
        var loop = loop(2);

        assertThat(await(loop.runOnce())).isEqualTo(new Round(2, 0, false));
        assertThat(await(loop.runOnce())).isEqualTo(Round.NO_ROOM);

        assertThat(out.held).hasSize(2);
        assertThat(meters.get("dbsync.poller.requests.in.flight").gauge().value())
                .isEqualTo(2);
    }

    @Test
    void aFinishedDeliveryFreesItsSlotAndTheNextRequestIsClaimedAtOnce() {
        enqueue(5);
        var loop = loop(2);
        await(loop.runOnce());

        for (int i = 0; i < 5; i++) {
            int next = i;
            await().until(() -> out.held.size() > next);
            out.held.get(next).complete(DELIVERED);
        }

        await().until(() -> requests() == 0);
        assertThat(meters.get("dbsync.poller.requests.delivered").counter().count())
                .isEqualTo(5);
    }

    @Test
    void aFailedDeliveryIsPutOffAndItsSlotIsFree() {
        UUID tenancy = internal.enqueued();
        var loop = loop(1);
        await(loop.runOnce());

        out.held.get(0).complete(new Outcome.Retry(Optional.of(Duration.ofMinutes(1)), "the engine answered 503"));
        await().until(() ->
                internal.request(tenancy).orElseThrow().get("attempts").equals(1));
        UUID other = internal.enqueued();
        await().untilAsserted(() -> assertThat(await(loop.runOnce()).claimed()).isOne());

        assertThat(internal.request(tenancy).orElseThrow())
                .containsEntry("lastError", "the engine answered 503")
                .containsEntry("claimToken", null);
        assertThat(internal.request(other).orElseThrow().get("claimToken")).isNotNull();
    }

    @Test
    void aRequestThatNamesNoPathIsPutOffWithoutACall() {
        UUID tenancy = internal.enqueued();
        internal.set(tenancy, "\"qstashOptions\" = '{\"url\": \"http://elsewhere/\"}'");

        await(loop(1).runOnce());

        await().until(() -> (Integer) internal.request(tenancy).orElseThrow().get("attempts") > 0);
        assertThat(out.held).isEmpty();
    }

    @Test
    void drainingEndsWhenNothingIsLeft() {
        enqueue(3);
        out.outcome = DELIVERED;

        assertThat(await(loop(2).drain(Duration.ofMinutes(1)))).isEqualTo(3);

        assertThat(requests()).isZero();
    }

    @Test
    void drainingEndsWhenItsTimeIsOverAndHarmsNoDeliveryInFlight() {
        enqueue(1);
        var loop = loop(2);

        assertThat(await(loop.drain(Duration.ofMillis(200)))).isZero();
        out.held.get(0).complete(DELIVERED);

        await().until(() -> requests() == 0);
        assertThat(await(loop.drain(Duration.ofMinutes(1)))).isZero();
    }

    @Test
    void aStopWaitsForDeliveriesInFlightAndReleasesTheRest() {
        UUID slow = internal.enqueued();
        UUID waiting = internal.enqueued();
        internal.set(slow, "\"createdAt\" = now() - interval '1 minute'");
        var loop = loop(1);
        await(loop.runOnce());

        loop.stop(new ShutdownEvent());

        assertThat(internal.request(waiting).orElseThrow()).containsEntry("startedFulfillingAt", null);
        assertThat(internal.request(slow).orElseThrow())
                .containsEntry("claimToken", null)
                .containsEntry("attempts", 0);
        out.held.get(0).complete(new Outcome.Retry(Optional.empty(), "too late to count"));
        assertThat(await(new ClaimStore(internal.pool()).claim(9, Duration.ofMinutes(1))))
                .extracting(claim -> claim.key() + " " + claim.attempts())
                .containsExactlyInAnyOrder(
                        InternalDatabaseExtension.key(slow) + " 0", InternalDatabaseExtension.key(waiting) + " 0");
    }

    /** Nothing but the notification leads to a claim: the loop is not started, so it has no timer. */
    @Test
    void aRequestThatAnybodyWritesWakesALoopThatListens() {
        var loop = loop(2);
        var wakeUps = new WakeUps(internal.pool(), loop, internal.vertx().getDelegate());
        wakeUps.start(null);
        try {
            await().until(() -> internal.database()
                            .queryLong("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND query LIKE 'LISTEN%'")
                    == 1);

            enqueue(1);
            await().until(() -> out.held.size() == 1);
            internal.database()
                    .execute(
                            "INSERT INTO dbsync.\"OutgoingRequest\" (\"deduplicationKey\", \"qstashOptions\")"
                                    + " VALUES ('by hand', '{\"url\": \"/api/latest/internal/external-db-sync/sync-engine\", \"body\": {}}')");
            await().until(() -> out.held.size() == 2);
        } finally {
            wakeUps.stop(null);
            loop.stop(new ShutdownEvent());
        }
    }

    @Test
    void aStoppedLoopClaimsNothingMore() {
        var loop = loop(1);
        loop.stop(new ShutdownEvent());
        enqueue(1);

        assertThat(await(loop.runOnce())).isEqualTo(Round.STOPPING);
    }

    private PollerLoop loop(int parallelism) {
        var metrics = new PollerMetrics(meters);
        var claims = new ClaimStore(internal.pool());
        var policy = new RetryPolicy(Duration.ofHours(1), Duration.ofHours(1), Duration.ofMinutes(5));
        var dispatch =
                Configs.of(DispatchConfig.class, Map.of("dbsync.poller.parallelism", String.valueOf(parallelism)));
        return new PollerLoop(
                new SchemaGate(internal.pool()),
                claims,
                new Deliveries(claims, out, policy, metrics, Traces.off(), dispatch, Clock.systemUTC()),
                metrics,
                Configs.of(ClaimConfig.class, Map.of()),
                Configs.of(PollConfig.class, Map.of("dbsync.poller.stop-grace", "100ms")),
                internal.vertx().getDelegate());
    }

    private static void enqueue(int tenancies) {
        for (int i = 0; i < tenancies; i++) {
            internal.enqueued();
        }
    }

    private static long requests() {
        return internal.database().queryLong("SELECT count(*) FROM dbsync.\"OutgoingRequest\"");
    }

    /** Deliveries that last until the test ends them, unless it has set an outcome. */
    private static final class HeldDeliveries implements Dispatcher {

        final List<CompletableFuture<Outcome>> held = new CopyOnWriteArrayList<>();
        volatile Outcome outcome;

        @Override
        public Uni<Outcome> dispatch(Delivery delivery) {
            var delivering = new CompletableFuture<Outcome>();
            held.add(delivering);
            if (outcome != null) {
                delivering.complete(outcome);
            }
            return Uni.createFrom().completionStage(delivering);
        }
    }
}
