package dev.dbsync.poller.chores;

import dev.dbsync.poller.Degradation;
import dev.dbsync.poller.poll.PollerLoop;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Enqueues the tenancies whose destinations are due to be tried again (invariant 6). */
@ApplicationScoped
class DueRetries {

    private static final Logger LOG = Logger.getLogger(DueRetries.class);

    /** What is left over is taken a second later. */
    private static final int TENANCIES_PER_RUN = 500;

    private final WakeUpStore store;
    private final PollerLoop loop;
    private final Degradation degradation = new Degradation(LOG, "Enqueueing due retries");

    DueRetries(WakeUpStore store, PollerLoop loop) {
        this.store = store;
        this.loop = loop;
    }

    @Scheduled(every = "1s", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> tick() {
        return runOnce().replaceWithVoid().onFailure().recoverWithNull();
    }

    /** Enqueues up to a run's share. Returns which tenancies. */
    Uni<List<UUID>> runOnce() {
        return degradation.watch(store.enqueueDueRetries(TENANCIES_PER_RUN)).invoke(tenancies -> {
            if (!tenancies.isEmpty()) {
                LOG.debugf("Enqueued tenancies whose destinations are due again tenancies=%d", tenancies.size());
                loop.wake();
            }
        });
    }
}
