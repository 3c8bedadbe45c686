package dev.dbsync.bench.section;

import dev.dbsync.bench.Await;
import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.StatementLog;
import dev.dbsync.bench.StatementLog.Statement;
import dev.dbsync.bench.Users;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Where the time of one change goes: every statement on both servers, as the servers themselves write them down. */
public final class TimelineSection implements Section {

    private static final Duration LOOK = Duration.ofNanos(500_000);
    private static final Duration PAUSE = Duration.ofMillis(150);
    private static final Duration SHORT_PAUSE = Duration.ofMillis(20);
    private static final int WARM_UP = 1000;
    private static final int CHANGES = 21;

    /** What comes after the change is visible, such as the acknowledgement. */
    private static final Duration AFTERMATH = Duration.ofMillis(40);

    private static final int SQL_SHOWN = 84;

    @Override
    public String name() {
        return "timeline";
    }

    @Override
    public String title() {
        return "One change, the median one of " + CHANGES
                + ", statement by statement; times are those of a statement's end,"
                + " counted from the application's commit";
    }

    private record Change(Instant committed, double millis) {

        private Instant visible() {
            return committed.plusNanos((long) (millis * 1e6));
        }
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        TestDatabase internal = lab.uncaptured();
        UUID tenancy = Users.seed(internal, 100);
        var logs = List.of(
                new StatementLog("internal", lab.internalServer()), new StatementLog("target", lab.targetServer()));
        var changes = new ArrayList<Change>();
        try (Stack stack = lab.stack(internal).start();
                TestDatabase target = lab.targetServer().createDatabase("bench_timeline")) {
            Users.connect(stack, tenancy, target.connectionString());
            Users.awaitFollowing(internal, tenancy);
            try (var change = new SingleChange(internal, tenancy, target)) {
                for (int i = 0; i < lab.scaled(WARM_UP, 100); i++) {
                    change.commitToVisible(LOOK);
                    Await.randomPause(SHORT_PAUSE);
                }
                logs.forEach(StatementLog::begin);
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                for (int i = 0; i < CHANGES; i++) {
                    double millis = change.commitToVisible(LOOK);
                    changes.add(new Change(Instant.now().minusNanos((long) (millis * 1e6)), millis));
                    LockSupport.parkNanos(AFTERMATH.multipliedBy(2).toNanos());
                    Await.randomPause(PAUSE);
                }
                logs.forEach(StatementLog::end);
            }
        }
        changes.sort(Comparator.comparingDouble(Change::millis));
        Change median = changes.get(changes.size() / 2);
        report.remark(drawn(median, statements(logs, median)));
    }

    private static List<Statement> statements(List<StatementLog> logs, Change change) throws Exception {
        var all = new ArrayList<Statement>();
        for (StatementLog log : logs) {
            all.addAll(log.statements());
        }
        return all.stream()
                // What measures is no part of it.
                .filter(statement -> !statement.application().equals("dbsync-harness"))
                .filter(statement -> statement.end().isAfter(change.committed())
                        && statement.end().isBefore(change.visible().plus(AFTERMATH)))
                .sorted(Comparator.comparing(Statement::end))
                .toList();
    }

    private static String drawn(Change change, List<Statement> statements) {
        var lines = new ArrayList<String>();
        lines.add("    ms  took ms  where     statement");
        lines.add("   0.0           application's commit returns");
        boolean visible = false;
        for (Statement statement : statements) {
            if (!visible && statement.end().isAfter(change.visible())) {
                lines.add(seen(change));
                visible = true;
            }
            lines.add(String.format(
                    Locale.ROOT,
                    "%6.1f %8.2f  %-8s  %s",
                    millis(change.committed(), statement.end()),
                    statement.millis(),
                    statement.server(),
                    shortened(statement.sql())));
        }
        if (!visible) {
            lines.add(seen(change));
        }
        return String.join("\n", lines);
    }

    private static String seen(Change change) {
        return String.format(Locale.ROOT, "%6.1f           visible to a reader", change.millis());
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }

    private static String shortened(String sql) {
        return sql.length() <= SQL_SHOWN ? sql : sql.substring(0, SQL_SHOWN) + "…";
    }
}
