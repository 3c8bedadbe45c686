package dev.dbsync.poller.chores;

import dev.dbsync.poller.Degradation;
import dev.dbsync.poller.PollerMetrics;
import dev.dbsync.poller.SchemaGate;
import dev.dbsync.poller.claim.Claim;
import dev.dbsync.poller.claim.ClaimConfig;
import dev.dbsync.poller.claim.ClaimStore;
import dev.dbsync.poller.poll.Deliveries;
import dev.dbsync.poller.poll.PollerLoop;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/** Renews the claims of deliveries in flight, and takes back claims that nobody renews. */
@ApplicationScoped
class ClaimKeeper {

    private static final Logger LOG = Logger.getLogger(ClaimKeeper.class);

    private final ClaimStore claims;
    private final Deliveries deliveries;
    private final PollerLoop loop;
    private final PollerMetrics metrics;
    private final ClaimConfig config;
    private final Degradation renewing = new Degradation(LOG, "Renewing claims");
    private final Degradation takingBack = new Degradation(LOG, "Taking abandoned claims back");

    ClaimKeeper(ClaimStore claims, Deliveries deliveries, PollerLoop loop, PollerMetrics metrics, ClaimConfig config) {
        this.claims = claims;
        this.deliveries = deliveries;
        this.loop = loop;
        this.metrics = metrics;
        this.config = config;
    }

    @Scheduled(every = "1s", concurrentExecution = ConcurrentExecution.SKIP, skipExecutionIf = SchemaGate.class)
    Uni<Void> renew() {
        List<Claim> held = deliveries.inFlight();
        return held.isEmpty()
                ? Uni.createFrom().voidItem()
                : settled(renewing.watch(claims.renew(held, config.lease())));
    }

    @Scheduled(every = "1s", concurrentExecution = ConcurrentExecution.SKIP, skipExecutionIf = SchemaGate.class)
    Uni<Void> takeBack() {
        return settled(takingBack.watch(
                claims.takeBackAbandoned(config.abandonedAfter()).invoke(this::note)));
    }

    private void note(int takenBack) {
        if (takenBack > 0) {
            LOG.infof("Took claims back that nobody renewed any more claims=%d", takenBack);
            metrics.reclaimed(takenBack);
            loop.wake();
        }
    }

    private static Uni<Void> settled(Uni<?> run) {
        return run.replaceWithVoid().onFailure().recoverWithNull();
    }
}
