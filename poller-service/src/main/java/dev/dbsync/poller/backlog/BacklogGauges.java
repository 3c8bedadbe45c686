package dev.dbsync.poller.backlog;

import dev.dbsync.poller.Degradation;
import dev.dbsync.poller.SchemaGate;
import dev.dbsync.poller.backlog.Databases.Kind;
import dev.dbsync.poller.chores.MappedTables;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;

/** Counts now and then, and publishes what it last counted; nothing (NaN) before the first time and while counting fails. */
@ApplicationScoped
class BacklogGauges {

    private static final Logger LOG = Logger.getLogger(BacklogGauges.class);

    /** Of the tenancies behind these, a lag would be among the shortest. */
    private static final int TENANCIES = 2000;

    private static final List<Double> QUANTILES = List.of(0.5, 0.9, 0.99, 1.0);
    private static final List<Kind> KINDS = List.of(
            new Kind("ok", "none"),
            new Kind("pending", "none"),
            new Kind("paused", "none"),
            new Kind("error", "destination"),
            new Kind("error", "operator"),
            new Kind("error", "platform"));

    private final BacklogStore store;
    private final MappedTables mapped;
    private final MeterRegistry registry;
    private final Degradation counting = new Degradation(LOG, "Counting what waits");

    private volatile Requests requests;
    private volatile Databases databases;
    private volatile List<Double> lags;

    BacklogGauges(BacklogStore store, MappedTables mapped, MeterRegistry registry) {
        this.store = store;
        this.mapped = mapped;
        this.registry = registry;
    }

    void register(@Observes StartupEvent event) {
        ofRequests("dbsync.requests.pending", "Outgoing requests that wait to be claimed", Requests::pending);
        ofRequests("dbsync.requests.claimed", "Outgoing requests that are being delivered", Requests::claimed);
        ofRequests(
                "dbsync.requests.stale", "Outgoing requests whose poller no longer renews its claim", Requests::stale);
        ofRequests(
                "dbsync.requests.retrying",
                "Outgoing requests that failed and wait for their next attempt",
                Requests::retrying);
        ofRequests("dbsync.requests.oldest.seconds", "Age of the oldest outgoing request", Requests::oldestSeconds);
        ofRequests(
                "dbsync.unsequenced.oldest.seconds",
                "Age of the oldest change that has no sequence id yet",
                Requests::unsequencedSeconds);
        for (Kind kind : KINDS) {
            Gauge.builder("dbsync.databases", this, gauges -> gauges.ofDatabases(all -> all.count(kind)))
                    .description("External databases by state, and those in error by whose it is")
                    .tag("state", kind.state())
                    .tag("blame", kind.blame())
                    .register(registry);
        }
        Gauge.builder("dbsync.quarantined.rows", this, gauges -> gauges.ofDatabases(Databases::quarantinedRows))
                .description("Rows that targets refused and do not have")
                .register(registry);
        for (double share : QUANTILES) {
            Gauge.builder("dbsync.lag.seconds", this, gauges -> gauges.lag(share))
                    .description(
                            "Age of the oldest change a database has not applied: the longest (1), and what a share of all databases does not exceed")
                    .tag("quantile", share == 1 ? "1" : Double.toString(share))
                    .register(registry);
        }
    }

    @Scheduled(every = "10s", concurrentExecution = ConcurrentExecution.SKIP, skipExecutionIf = SchemaGate.class)
    Uni<Void> countRequests() {
        return noted(store.requests().invoke(counted -> requests = counted), () -> requests = null);
    }

    @Scheduled(every = "30s", concurrentExecution = ConcurrentExecution.SKIP, skipExecutionIf = SchemaGate.class)
    Uni<Void> countDatabases() {
        Uni<?> run = store.databases()
                .invoke(counted -> databases = counted)
                .chain(() -> store.lags(mapped, TENANCIES))
                .invoke(counted -> lags = counted);
        return noted(run, () -> {
            databases = null;
            lags = null;
        });
    }

    private Uni<Void> noted(Uni<?> run, Runnable forget) {
        return counting.watch(run)
                .replaceWithVoid()
                .onFailure()
                .invoke(forget)
                .onFailure()
                .recoverWithNull();
    }

    private void ofRequests(String name, String description, ToDoubleFunction<Requests> number) {
        Gauge.builder(name, this, gauges -> gauges.ofRequests(number))
                .description(description)
                .register(registry);
    }

    private double ofRequests(ToDoubleFunction<Requests> number) {
        Requests counted = requests;
        return counted == null ? Double.NaN : number.applyAsDouble(counted);
    }

    private double ofDatabases(ToDoubleFunction<Databases> number) {
        Databases counted = databases;
        return counted == null ? Double.NaN : number.applyAsDouble(counted);
    }

    private double lag(double share) {
        Databases all = databases;
        List<Double> behind = lags;
        return all == null || behind == null ? Double.NaN : Lags.quantile(behind, all.running(), share);
    }
}
