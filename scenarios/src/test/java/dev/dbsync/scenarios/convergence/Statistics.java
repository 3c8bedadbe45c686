package dev.dbsync.scenarios.convergence;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What happened, counted. Thread-safe. */
final class Statistics {

    private final LongAdder histories = new LongAdder();
    private final LongAdder differing = new LongAdder();
    private final LongAdder committed = new LongAdder();
    private final LongAdder rolledBack = new LongAdder();
    private final LongAdder rowsCompared = new LongAdder();
    private final LongAdder comparisons = new LongAdder();
    private final LongAdder samples = new LongAdder();
    private final LongAdder deliveries = new LongAdder();
    private final LongAdder settledMillis = new LongAdder();
    private final Map<String, LongAdder> operations = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> faults = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> surprises = new ConcurrentHashMap<>();

    void history(boolean converged) {
        histories.increment();
        if (!converged) {
            differing.increment();
        }
    }

    boolean hasDiffering() {
        return differing.sum() > 0;
    }

    void committed() {
        committed.increment();
    }

    void rolledBack() {
        rolledBack.increment();
    }

    void operation(String kind) {
        count(operations, kind, 1);
    }

    /** A transaction that came to nothing. */
    void failed(String sqlState) {
        count(failures, sqlState == null ? "?" : sqlState, 1);
    }

    void fault(String name) {
        count(faults, name, 1);
    }

    /** Something that should not happen but harms nobody. */
    void surprise(String what) {
        surprises(what, 1);
    }

    /** Several of them, or none. */
    void surprises(String what, long times) {
        if (times > 0) {
            count(surprises, what, times);
        }
    }

    void compared(long rows) {
        comparisons.increment();
        rowsCompared.add(rows);
    }

    void sampled() {
        samples.increment();
    }

    void delivered(long count) {
        deliveries.add(count);
    }

    void settled(Duration time) {
        settledMillis.add(time.toMillis());
    }

    void add(Statistics other) {
        histories.add(other.histories.sum());
        differing.add(other.differing.sum());
        committed.add(other.committed.sum());
        rolledBack.add(other.rolledBack.sum());
        rowsCompared.add(other.rowsCompared.sum());
        comparisons.add(other.comparisons.sum());
        samples.add(other.samples.sum());
        deliveries.add(other.deliveries.sum());
        settledMillis.add(other.settledMillis.sum());
        other.operations.forEach((kind, count) -> count(operations, kind, count.sum()));
        other.failures.forEach((kind, count) -> count(failures, kind, count.sum()));
        other.faults.forEach((kind, count) -> count(faults, kind, count.sum()));
        other.surprises.forEach((kind, count) -> count(surprises, kind, count.sum()));
    }

    /** In half a line. */
    String line() {
        return "%d committed, %d rolled back, %d failed transactions, %d operations, %d faults, %d deliveries, %d samples, settled in %.1f s"
                .formatted(
                        committed.sum(),
                        rolledBack.sum(),
                        sum(failures),
                        sum(operations),
                        sum(faults),
                        deliveries.sum(),
                        samples.sum(),
                        settledMillis.sum() / 1_000.0);
    }

    /** As a table for a page of documentation. */
    String table(Duration took) {
        var rows = new StringBuilder("| what | how many |\n|---|---|\n");
        row(rows, "time", "%d min".formatted(took.toMinutes()));
        row(rows, "histories", histories.sum());
        row(rows, "**histories that differed**", "**" + differing.sum() + "**");
        row(rows, "transactions committed", committed.sum());
        row(rows, "transactions rolled back by the application", rolledBack.sum());
        row(rows, "transactions that failed", sum(failures) + ": " + byName(failures));
        row(rows, "operations", sum(operations) + ": " + byName(operations));
        row(rows, "faults", sum(faults) + ": " + byName(faults));
        row(rows, "deliveries", deliveries.sum());
        row(rows, "target tables compared", comparisons.sum());
        row(rows, "rows in them", rowsCompared.sum());
        row(rows, "looks at a target in between", samples.sum());
        row(
                rows,
                "time to settle, on average",
                "%.1f s".formatted(settledMillis.sum() / 1_000.0 / Math.max(1, histories.sum())));
        row(rows, "surprises", sum(surprises) + ": " + byName(surprises));
        return rows.toString();
    }

    private static void row(StringBuilder rows, String name, Object value) {
        rows.append("| ").append(name).append(" | ").append(value).append(" |\n");
    }

    private static void count(Map<String, LongAdder> counts, String name, long times) {
        counts.computeIfAbsent(name, n -> new LongAdder()).add(times);
    }

    private static long sum(Map<String, LongAdder> counts) {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    private static String byName(Map<String, LongAdder> counts) {
        var sorted = new TreeMap<String, Long>();
        counts.forEach((name, count) -> sorted.put(name, count.sum()));
        var text = new StringBuilder();
        sorted.forEach((name, count) ->
                text.append(text.isEmpty() ? "" : ", ").append(name).append(' ').append(count));
        return text.toString();
    }
}
