package dev.dbsync.bench.section;

import dev.dbsync.bench.Await;
import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Resources;
import dev.dbsync.bench.Samples;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.Tenants;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A backlog drained by the packaged sequencer, tenth by tenth; and what a pass costs that finds nothing. */
public final class SequencerSection implements Section {

    private static final int TENANCIES = 100;
    private static final int IDLE_PASSES = 1000;
    private static final Duration LOOK = Duration.ofMillis(20);

    @Override
    public String name() {
        return "sequencer";
    }

    @Override
    public String title() {
        return "A backlog of log entries of " + TENANCIES + " connected tenancies is given sequence ids";
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        int entries = lab.scaled(1_000_000, 100_000);
        int few = 10_000;
        int many = lab.scaled(1_000_000, 100_000);
        drain(lab, report, entries, few);
        TestDatabase internal = drain(lab, report, entries, many);
        idle(report, internal, lab.scaled(100_000, 20_000));
    }

    private static TestDatabase drain(Lab lab, Report report, int entries, int sourceRows) throws Exception {
        TestDatabase internal = lab.uncaptured();
        Tenants.seed(internal, 1, TENANCIES, sourceRows / TENANCIES);
        try (Stack stack = lab.stack(internal)
                .replicas(Service.POLLER, 0)
                .replicas(Service.ENGINE, 0)
                .start()) {
            internal.execute(
                    "UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"sequencerEnabled\" = false",
                    Resources.read("destinations.sql", Map.of("first", 1, "last", TENANCIES)),
                    Resources.read("log_entries.sql", Map.of("count", entries, "tenancies", TENANCIES)),
                    "VACUUM ANALYZE dbsync.\"ChangedRow\"");
            lab.checkpoint();
            Samples tenths = tenths(stack.internal(), entries);
            String what = String.format("%,d entries, source table of %,d rows", entries, sourceRows);
            report.line(what + ", overall", Samples.of(tenths.harmonicMean()), "rows/s", "", "20,000 to 40,000");
            report.line(
                    what + ", by tenths",
                    tenths,
                    "rows/s",
                    "last/first " + Samples.number(tenths.last() / tenths.first()),
                    "1");
        }
        return internal;
    }

    /** Rows per second in each tenth of the backlog. */
    private static Samples tenths(TestDatabase internal, int entries) throws Exception {
        var rates = new Samples();
        try (Connection connection = internal.connect();
                PreparedStatement look = connection.prepareStatement("SELECT coalesce(sum(\"sequencedTotal\"), 0)"
                        + " FROM dbsync.\"LogStatistics\" WHERE \"log\" = 'ChangedRow'")) {
            long before = number(look);
            internal.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"sequencerEnabled\" = true");
            // The first pass is the beginning: up to then the sequencer waits for its tick.
            Await.until("the first pass", LOOK, () -> number(look) > before);
            long at = number(look);
            long start = System.nanoTime();
            for (int tenth = 1; tenth <= 10; tenth++) {
                long through = before + (long) entries * tenth / 10;
                Await.until("a tenth of the backlog", LOOK, () -> number(look) >= through);
                long now = number(look);
                rates.add((now - at) / Await.since(start));
                start = System.nanoTime();
                at = now;
            }
        }
        return rates;
    }

    private static void idle(Report report, TestDatabase internal, int dead) throws Exception {
        Samples fresh = idlePasses(internal);
        report.line("a pass with nothing to do", fresh, "ms", "", "0.3");
        try (Connection old = internal.connect()) {
            old.setAutoCommit(false);
            old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            old.createStatement()
                    .executeQuery("SELECT count(*) FROM dbsync.\"ChangedRow\" LIMIT 1")
                    .close();
            internal.execute(
                    Resources.read("log_entries.sql", Map.of("count", dead, "tenancies", TENANCIES)),
                    Resources.read("drain.sql"),
                    "VACUUM dbsync.\"ChangedRow\"");
            String what = String.format("the same beside an old snapshot, after %,d entries", dead);
            report.line(what + ", at once", idlePasses(internal), "ms", "", "0.3");
            // The low water moves a few times a lease.
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(5));
            idlePasses(internal);
            report.line(what + ", once the low water has moved", idlePasses(internal), "ms", "", "0.3");
            old.rollback();
        }
    }

    private static Samples idlePasses(TestDatabase internal) throws SQLException {
        var millis = new Samples();
        try (Connection connection = internal.connect()) {
            String passes = Resources.read("idle_passes.sql", Map.of("passes", IDLE_PASSES));
            for (int i = 0; i < 5; i++) {
                long start = System.nanoTime();
                connection.createStatement().execute(passes);
                millis.add(Await.since(start) * 1000 / IDLE_PASSES);
            }
        }
        return millis;
    }

    private static long number(PreparedStatement look) throws SQLException {
        try (ResultSet row = look.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
