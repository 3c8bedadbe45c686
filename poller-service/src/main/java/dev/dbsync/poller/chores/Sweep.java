package dev.dbsync.poller.chores;

import dev.dbsync.poller.Degradation;
import dev.dbsync.poller.PollerMetrics;
import dev.dbsync.poller.SchemaGate;
import dev.dbsync.poller.chores.WakeUpStore.Place;
import dev.dbsync.poller.dispatch.Dispatcher;
import dev.dbsync.poller.poll.PollerLoop;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * The safety net of invariant 3: enqueues tenancies that are behind although no request, back-off or pause explains it.
 * Whatever it finds was forgotten by something else, so each find is a warning and counts as a bug; unless deliveries are
 * handed over, when it was given up there.
 */
@ApplicationScoped
class Sweep {

    private static final Logger LOG = Logger.getLogger(Sweep.class);

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int PAGE_SIZE = 500;

    private final WakeUpStore store;
    private final MappedTables mapped;
    private final PollerLoop loop;
    private final PollerMetrics metrics;
    private final Duration onItsWayFor;
    private final Degradation degradation = new Degradation(LOG, "Sweeping for forgotten tenancies");

    Sweep(WakeUpStore store, MappedTables mapped, PollerLoop loop, PollerMetrics metrics, Dispatcher dispatcher) {
        this.store = store;
        this.mapped = mapped;
        this.loop = loop;
        this.metrics = metrics;
        this.onItsWayFor = dispatcher.onItsWayFor();
    }

    @Scheduled(
            every = "30s",
            delayed = "30s",
            concurrentExecution = ConcurrentExecution.SKIP,
            skipExecutionIf = SchemaGate.class)
    Uni<Void> tick() {
        return runOnce().replaceWithVoid().onFailure().recoverWithNull();
    }

    /** Looks at every destination, page by page. Returns the tenancies it had to enqueue. */
    Uni<List<UUID>> runOnce() {
        var found = new ArrayList<UUID>();
        return degradation
                .watch(pagesAfter(Place.START, found))
                .replaceWith(found)
                .map(List::copyOf)
                .invoke(this::report);
    }

    private Uni<Void> pagesAfter(Place after, List<UUID> found) {
        return store.endOfNextPage(after, PAGE_SIZE)
                .flatMap(end -> end.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : store.enqueueForgotten(after, end.get(), mapped, GRACE.plus(onItsWayFor))
                                .invoke(found::addAll)
                                .flatMap(tenancies -> pagesAfter(end.get(), found)));
    }

    private void report(List<UUID> found) {
        if (found.isEmpty()) {
            return;
        }
        if (onItsWayFor.isZero()) {
            LOG.warnf(
                    "Tenancies were behind with nothing to wake them and were enqueued; please report it as a bug"
                            + " tenancies=%d tenancy=%s",
                    found.size(), found.get(0));
            metrics.forgotten(found.size());
        } else {
            LOG.warnf(
                    "Tenancies are behind although QStash accepted their requests, which are published again; look into its"
                            + " dead letter queue tenancies=%d tenancy=%s",
                    found.size(), found.get(0));
            metrics.undelivered(found.size());
        }
        loop.wake();
    }
}
