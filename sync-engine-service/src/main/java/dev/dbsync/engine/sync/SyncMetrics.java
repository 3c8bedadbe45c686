package dev.dbsync.engine.sync;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;

/** What the engine's runs count, from the start on, since an absent counter looks like none. No label names a tenancy. Thread-safe. */
@Startup
@ApplicationScoped
class SyncMetrics {

    private final Counter synced;
    private final Counter owed;
    private final Counter batches;
    private final Counter rows;
    private final Counter mappingFailures;
    private final Counter refusals;

    SyncMetrics(MeterRegistry registry) {
        this.synced = runs(registry, "synced");
        this.owed = runs(registry, "owed");
        this.batches = counter(registry, "dbsync.engine.batches", "Batches committed in targets");
        this.rows = counter(registry, "dbsync.engine.rows.applied", "Rows changed in targets");
        this.mappingFailures =
                counter(registry, "dbsync.engine.mapping.failures", "Steps of one mapping that failed and are owed");
        this.refusals = counter(
                registry, "dbsync.engine.rows.quarantined", "Rows put into quarantine because a target refused them");
    }

    void ran(DestinationRunner.Outcome outcome) {
        (outcome == DestinationRunner.Outcome.SYNCED ? synced : owed).increment();
    }

    void applied(long changedRows) {
        batches.increment();
        rows.increment(changedRows);
    }

    void mappingFailed() {
        mappingFailures.increment();
    }

    void quarantined(long refusedRows) {
        refusals.increment(refusedRows);
    }

    private static Counter runs(MeterRegistry registry, String outcome) {
        return Counter.builder("dbsync.engine.runs")
                .description("Runs over one destination, by what they came to")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
