package dev.dbsync.poller.chores;

import dev.dbsync.poller.Degradation;
import dev.dbsync.poller.SchemaGate;
import dev.dbsync.poller.chores.WakeUpStore.Due;
import dev.dbsync.poller.dispatch.Dispatcher;
import dev.dbsync.poller.poll.PollerLoop;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Enqueues the tenancies whose destinations are due to be tried again (invariant 6). What the engine leaves due at the very
 * same time, because it has nothing to do there, is asked for again only every half minute; likewise what was handed over and
 * has not come back within the time that may take.
 */
@ApplicationScoped
class DueRetries {

    private static final Logger LOG = Logger.getLogger(DueRetries.class);

    /** What is left over is taken a second later. */
    private static final int TENANCIES_PER_RUN = 500;

    private static final Duration ANSWERED_ALREADY = Duration.ofSeconds(30);

    private final WakeUpStore store;
    private final PollerLoop loop;
    private final Clock clock;
    private final Duration askAgainAfter;
    private final Map<Due, Instant> asked = new ConcurrentHashMap<>();
    private final Degradation degradation = new Degradation(LOG, "Enqueueing due retries");

    DueRetries(WakeUpStore store, PollerLoop loop, Dispatcher dispatcher, Clock clock) {
        this.store = store;
        this.loop = loop;
        this.clock = clock;
        this.askAgainAfter = ANSWERED_ALREADY.plus(dispatcher.onItsWayFor());
    }

    @Scheduled(every = "1s", concurrentExecution = ConcurrentExecution.SKIP, skipExecutionIf = SchemaGate.class)
    Uni<Void> tick() {
        return runOnce().replaceWithVoid().onFailure().recoverWithNull();
    }

    /** Enqueues up to a run's share. Returns what was due. */
    Uni<List<Due>> runOnce() {
        Instant forgettable = clock.instant().minus(askAgainAfter);
        asked.values().removeIf(at -> !at.isAfter(forgettable));
        return degradation
                .watch(store.enqueueDueRetries(TENANCIES_PER_RUN, asked.keySet()))
                .invoke(this::remember);
    }

    private void remember(List<Due> due) {
        if (!due.isEmpty()) {
            Instant now = clock.instant();
            due.forEach(one -> asked.put(one, now));
            LOG.debugf("Enqueued tenancies whose destinations are due again due=%d", due.size());
            loop.wake();
        }
    }
}
