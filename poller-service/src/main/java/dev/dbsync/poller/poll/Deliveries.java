package dev.dbsync.poller.poll;

import dev.dbsync.common.trace.Traces;
import dev.dbsync.poller.PollerMetrics;
import dev.dbsync.poller.claim.Claim;
import dev.dbsync.poller.claim.ClaimStore;
import dev.dbsync.poller.claim.RetryPolicy;
import dev.dbsync.poller.dispatch.Delivery;
import dev.dbsync.poller.dispatch.DispatchConfig;
import dev.dbsync.poller.dispatch.Dispatcher;
import dev.dbsync.poller.dispatch.Outcome;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/** The deliveries in flight: a bounded number of slots, each holding one claim until its outcome is in the database. Thread-safe. */
@ApplicationScoped
public class Deliveries {

    private static final Logger LOG = Logger.getLogger(Deliveries.class);

    /** A retry in less than this is worth looking for at every interval. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private final ClaimStore claims;
    private final Acknowledgements acknowledgements;
    private final Dispatcher dispatcher;
    private final RetryPolicy retries;
    private final PollerMetrics metrics;
    private final Traces traces;
    private final FailureLog failures;
    private final Clock clock;
    private final int slots;

    private final Map<UUID, Claim> inFlight = new ConcurrentHashMap<>();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicReference<CompletableFuture<Void>> nextEnd = new AtomicReference<>(new CompletableFuture<>());
    private volatile Instant retriesUntil = Instant.MIN;
    private volatile boolean closed;

    Deliveries(
            ClaimStore claims,
            Dispatcher dispatcher,
            RetryPolicy retries,
            PollerMetrics metrics,
            Traces traces,
            DispatchConfig config,
            Clock clock) {
        this.claims = claims;
        this.acknowledgements = new Acknowledgements(claims);
        this.dispatcher = dispatcher;
        this.retries = retries;
        this.metrics = metrics;
        this.traces = traces;
        this.clock = clock;
        this.failures = new FailureLog(clock);
        this.slots = config.parallelism();
        metrics.watchInFlight(inFlight::size);
    }

    /** How many more can be begun. */
    int free() {
        return Math.max(0, slots - inFlight.size());
    }

    boolean idle() {
        return inFlight.isEmpty();
    }

    /** Whether a delivery that was put off here comes up again within moments, which nothing notifies of. */
    boolean retriesSoon() {
        return clock.instant().isBefore(retriesUntil);
    }

    /** What is held at this moment. */
    public List<Claim> inFlight() {
        return List.copyOf(inFlight.values());
    }

    /** How many requests this process has delivered since it started. */
    long delivered() {
        return delivered.get();
    }

    /** When the next delivery ends, counted from this call on. */
    Uni<Void> nextEnd() {
        // A copy: who stops waiting must not cancel the others' wait.
        return Uni.createFrom().completionStage(nextEnd.get().copy());
    }

    /**
     * Begins a delivery and sees it to its end.
     *
     * @param slotFree called once the slot is free again
     */
    void begin(Claim claim, Runnable slotFree) {
        inFlight.put(claim.token(), claim);
        deliver(claim)
                .chain(outcome -> settle(claim, outcome))
                .onFailure()
                .invoke(failure -> LOG.warnf(
                        "An outcome cannot be written; the request will be delivered again request=%s claim=%s error=%s",
                        claim.key(), claim.token(), failure))
                .onTermination()
                .invoke(() -> ended(claim, slotFree))
                .subscribe()
                .with(current -> noteLostClaim(claim, current), failure -> {});
    }

    private Uni<Outcome> deliver(Claim claim) {
        Optional<Delivery> delivery = Delivery.of(claim.id(), claim.options());
        if (delivery.isEmpty()) {
            return Uni.createFrom()
                    .item(new Outcome.Retry(Optional.empty(), "the request does not name a path of the engine's"));
        }
        return traced(claim, delivery.get());
    }

    private Uni<Outcome> traced(Claim claim, Delivery delivery) {
        Span span = traces.follow("deliver", SpanKind.CLIENT, delivery.traceparent());
        if (!span.getSpanContext().isValid()) {
            return dispatcher.dispatch(delivery);
        }
        span.setAttribute("dbsync.request", claim.id().toString()).setAttribute("dbsync.attempt", claim.attempts() + 1);
        return dispatcher
                .dispatch(Traces.traceparent(span).map(delivery::tracedBy).orElse(delivery))
                .invoke(outcome -> {
                    if (outcome instanceof Outcome.Retry) {
                        span.setStatus(StatusCode.ERROR);
                    }
                })
                .onTermination()
                .invoke(() -> span.end());
    }

    /** Writes no more outcomes. Returns the claims that have none, for their release. */
    List<Claim> close() {
        closed = true;
        return inFlight();
    }

    private Uni<Boolean> settle(Claim claim, Outcome outcome) {
        if (closed) {
            return Uni.createFrom().item(false);
        }
        if (outcome instanceof Outcome.Retry retry) {
            return putOff(claim, retry);
        }
        delivered.incrementAndGet();
        metrics.delivered();
        return acknowledgements.acknowledge(claim);
    }

    private Uni<Boolean> putOff(Claim claim, Outcome.Retry retry) {
        double random = ThreadLocalRandom.current().nextDouble();
        Duration delay = retries.delay(claim.attempts(), retry.after(), random);
        if (delay.compareTo(SOON) < 0) {
            retriesUntil = clock.instant().plus(SOON);
        }
        metrics.retried();
        failures.failed(claim.key(), claim.attempts() + 1, delay, retry.reason());
        return claims.postpone(claim, delay, retry.reason());
    }

    private void ended(Claim claim, Runnable slotFree) {
        inFlight.remove(claim.token());
        nextEnd.getAndSet(new CompletableFuture<>()).complete(null);
        slotFree.run();
    }

    private static void noteLostClaim(Claim claim, boolean current) {
        if (!current) {
            LOG.debugf(
                    "A claim was no longer current when its delivery ended; another poller delivers it again request=%s claim=%s",
                    claim.key(), claim.token());
        }
    }
}
