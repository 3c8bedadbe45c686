package dev.dbsync.engine.sync;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** What the engine's runs count, from the start on, since an absent counter looks like none. No label names a tenancy. Thread-safe. */
@Startup
@ApplicationScoped
class SyncMetrics {

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    /** From what a batch takes over the local network to what a run's budget allows. */
    private static final Duration[] BATCH_BUCKETS =
            millis(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000);

    /** From an everyday change to a target that was away for hours. */
    private static final Duration[] CHANGE_BUCKETS = millis(
            10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 7_200_000);

    private final Counter synced;
    private final Counter owed;
    private final Counter batches;
    private final Map<Batch.Kind, Timer> batchTimes = new EnumMap<>(Batch.Kind.class);
    private final Timer changes;
    private final Counter rows;
    private final Counter bytes;
    private final Counter mappingFailures;
    private final Counter refusals;

    SyncMetrics(MeterRegistry registry) {
        this.synced = runs(registry, "synced");
        this.owed = runs(registry, "owed");
        this.batches = counter(registry, "dbsync.engine.batches", "Batches committed in targets");
        this.rows = counter(registry, "dbsync.engine.rows.applied", "Rows changed in targets");
        this.bytes = counter(registry, "dbsync.engine.bytes.applied", "Bytes of the rows written to targets");
        for (Batch.Kind kind : Batch.Kind.values()) {
            batchTimes.put(
                    kind,
                    Timer.builder("dbsync.engine.batch")
                            .description("Time of a batch, from reading the source to the target's commit")
                            .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                            .serviceLevelObjectives(BATCH_BUCKETS)
                            .register(registry));
        }
        this.changes = Timer.builder("dbsync.engine.commit.to.applied")
                .description("Time from a change in the source to the target's commit")
                .serviceLevelObjectives(CHANGE_BUCKETS)
                .register(registry);
        this.mappingFailures =
                counter(registry, "dbsync.engine.mapping.failures", "Steps of one mapping that failed and are owed");
        this.refusals = counter(
                registry, "dbsync.engine.rows.quarantined", "Rows put into quarantine because a target refused them");
    }

    void ran(DestinationRunner.Outcome outcome) {
        (outcome == DestinationRunner.Outcome.SYNCED ? synced : owed).increment();
    }

    /**
     * A batch was committed in a target just now.
     *
     * @param begunNanos when it began, by {@link System#nanoTime}
     */
    void applied(long changedRows, Batch batch, long begunNanos) {
        long now = System.nanoTime();
        batches.increment();
        rows.increment(changedRows);
        bytes.increment(batch.bytes());
        batchTimes.get(batch.kind()).record(now - begunNanos, TimeUnit.NANOSECONDS);
        long sinceRead = now - batch.ages().readAtNanos();
        // A clock that was set back makes changes of the future; they count as new.
        for (double age : batch.ages().seconds()) {
            changes.record((long) (Math.max(age, 0) * NANOS) + sinceRead, TimeUnit.NANOSECONDS);
        }
    }

    void mappingFailed() {
        mappingFailures.increment();
    }

    void quarantined(long refusedRows) {
        refusals.increment(refusedRows);
    }

    private static Duration[] millis(long... millis) {
        return LongStream.of(millis).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
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
