package dev.dbsync.engine.sync;

import dev.dbsync.common.trace.Traces;
import dev.dbsync.engine.destination.Admission;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.destination.DestinationStore;
import dev.dbsync.engine.receive.SyncSummary;
import dev.dbsync.engine.receive.TenancySync;
import dev.dbsync.engine.sync.DestinationRunner.Outcome;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Runs all destinations of a tenancy in parallel, each in its lane. Thread-safe. */
@ApplicationScoped
public class TenancySyncService implements TenancySync {

    /** How soon a destination is tried again that had no room, or is just being run. */
    private static final Duration MOMENT = Duration.ofMillis(300);

    /** The same for one that is failing or new and had no room: those there are may hang for seconds. */
    private static final Duration WHILE = Duration.ofSeconds(2);

    /** How long a verification may take to make way: a statement or two. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final DestinationStore destinations;
    private final DestinationRunner runner;
    private final ActiveMappings mappings;
    private final Lanes lanes;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "destination-run");
        thread.setDaemon(true);
        return thread;
    });

    private final Turns turns;
    private final Traces traces;

    TenancySyncService(
            DestinationStore destinations,
            DestinationRunner runner,
            ActiveMappings mappings,
            Turns turns,
            Traces traces,
            SyncConfig config) {
        this.destinations = destinations;
        this.runner = runner;
        this.mappings = mappings;
        this.turns = turns;
        this.traces = traces;
        this.lanes = new Lanes(config.parallelism(), config.unprovenParallelism(), config.laneWait());
    }

    /** What is still under way after the time for requests is cut off: a step that has not committed has not happened. */
    @PreDestroy
    void stop() {
        threads.shutdownNow();
    }

    @Override
    public Admission admission(UUID tenancyId) {
        return destinations.admission(tenancyId, mappings.logTables());
    }

    /** As {@link #sync(Admission.Admitted)}, as if a delivery had just come. */
    SyncSummary sync(UUID tenancyId) {
        return admission(tenancyId) instanceof Admission.Admitted admitted ? sync(admitted) : new SyncSummary(0, 0, 0);
    }

    /** The caller's thread takes one of the runs: mostly there is but one, and handing it over takes time. */
    @Override
    public SyncSummary sync(Admission.Admitted admitted) {
        List<Destination> all = admitted.destinations();
        List<Destination> due =
                all.stream().filter(destination -> !destination.putOff()).toList();
        var runs = new ArrayList<Future<Outcome>>();
        for (Destination other : due.subList(Math.min(1, due.size()), due.size())) {
            runs.add(threads.submit(traces.carried(() -> run(other))));
        }
        if (!due.isEmpty()) {
            var own = new FutureTask<>(() -> run(due.get(0)));
            own.run();
            runs.add(own);
        }
        int synced = 0;
        for (Future<Outcome> run : runs) {
            synced += await(run) == Outcome.SYNCED ? 1 : 0;
        }
        return new SyncSummary(all.size(), synced, all.size() - synced);
    }

    private Outcome run(Destination destination) throws InterruptedException {
        // The run under way may have read the source before the change that this request announces: owed, not done.
        if (!turns.takeForRun(destination.destinationId(), PATIENCE)) {
            destinations.putOff(destination, MOMENT);
            return Outcome.OWED;
        }
        try (Lanes.Place place = lanes.enter(standing(destination))) {
            if (place == null) {
                destinations.putOff(destination, destination.proven() ? MOMENT : WHILE);
                return Outcome.OWED;
            }
            return runner.run(destination, place);
        } finally {
            turns.endRun(destination.destinationId());
        }
    }

    private static Lanes.Standing standing(Destination destination) {
        if (destination.proven()) {
            return Lanes.Standing.PROVEN;
        }
        return destination.attempts() == 0 ? Lanes.Standing.UNTRIED : Lanes.Standing.FAILING;
    }

    private static Outcome await(Future<Outcome> run) {
        try {
            return run.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Stopped while destinations were being run", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A destination's run could not write down how it went", e.getCause());
        }
    }
}
