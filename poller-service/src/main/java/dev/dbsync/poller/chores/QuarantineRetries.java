package dev.dbsync.poller.chores;

import dev.dbsync.poller.Degradation;
import dev.dbsync.poller.SchemaGate;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/**
 * Has quarantined rows tried again when their time has come (invariant 6), by way of the log: the sequencer gives the entries
 * their ids and enqueues the tenancies.
 */
@ApplicationScoped
class QuarantineRetries {

    private static final Logger LOG = Logger.getLogger(QuarantineRetries.class);

    /** What is left over is taken a second later. */
    private static final int ROWS_PER_RUN = 1000;

    private final WakeUpStore store;
    private final Degradation degradation = new Degradation(LOG, "Requeueing quarantined rows");

    QuarantineRetries(WakeUpStore store) {
        this.store = store;
    }

    @Scheduled(every = "1s", concurrentExecution = ConcurrentExecution.SKIP, skipExecutionIf = SchemaGate.class)
    Uni<Void> tick() {
        return runOnce().replaceWithVoid().onFailure().recoverWithNull();
    }

    /** Requeues up to a run's share. Returns how many entries that made. */
    Uni<Integer> runOnce() {
        return degradation.watch(store.requeueQuarantined(ROWS_PER_RUN)).invoke(entries -> {
            if (entries > 0) {
                LOG.debugf("Quarantined rows are tried again rows=%d", entries);
            }
        });
    }
}
