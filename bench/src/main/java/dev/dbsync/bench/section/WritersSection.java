package dev.dbsync.bench.section;

import dev.dbsync.bench.Await;
import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Pgbench;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Samples;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.Tenants;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.util.Map;
import java.util.Optional;

/**
 * What capture costs the application. The same users in databases without it and with it; every round takes each once, after
 * a vacuum and a checkpoint.
 */
public final class WritersSection implements Section {

    private static final int ROUNDS = 7;
    private static final int SECONDS = 5;

    @Override
    public String name() {
        return "writers";
    }

    @Override
    public String title() {
        return "Single-row updates by four pgbench clients, transactions per second, and a delete of many rows";
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        Optional<Pgbench> pgbench = Pgbench.installed();
        if (pgbench.isEmpty()) {
            report.remark("Left out: pgbench is not installed.");
            return;
        }
        int users = lab.scaled(100_000, 20_000);
        try (Subject without = Subject.without(lab, users);
                Subject with = Subject.with(lab, users, false);
                Subject notifying = Subject.with(lab, users, true)) {
            updates(lab, report, pgbench.get(), without, with, notifying);
            deletes(lab, report, without, with);
        }
    }

    private static void updates(
            Lab lab, Report report, Pgbench pgbench, Subject without, Subject with, Subject notifying)
            throws Exception {
        var plain = new Samples();
        var captured = new Samples();
        var sequenced = new Samples();
        var notified = new Samples();
        for (int round = 0; round < lab.scaled(ROUNDS, 2); round++) {
            plain.add(without.update(lab, pgbench, false));
            captured.add(with.update(lab, pgbench, false));
            sequenced.add(with.update(lab, pgbench, true));
            notified.add(notifying.update(lab, pgbench, true));
        }
        report.compared("without capture", plain, "tps", plain, "");
        report.compared("with capture, sequencer off", captured, "tps", plain, "0.75 to 0.85");
        report.compared("with capture, sequencer running", sequenced, "tps", plain, "");
        report.compared("with capture notifications, sequencer running", notified, "tps", plain, "");
        report.remark("HOT updates: %s without capture, %s with, %s with notifications."
                .formatted(without.hotShare(), with.hotShare(), notifying.hotShare()));
    }

    private static void deletes(Lab lab, Report report, Subject without, Subject with) throws Exception {
        int rows = lab.scaled(100_000, 20_000);
        var plain = new Samples();
        var captured = new Samples();
        for (int round = 0; round < lab.scaled(3, 1); round++) {
            plain.add(without.delete(lab, rows));
            captured.add(with.delete(lab, rows));
        }
        String what = String.format("delete of %,d users in one statement, ", rows);
        report.compared(what + "without capture", plain, "rows/s", plain, "");
        report.compared(what + "with capture", captured, "rows/s", plain, "0.5");
    }

    /** A database with users, and the sequencer that captures their changes, if one does. */
    private record Subject(TestDatabase database, Optional<Stack> stack, int users) implements AutoCloseable {

        private static final int UPDATED = 1;
        private static final int DELETED = 2;

        static Subject without(Lab lab, int users) {
            TestDatabase database = lab.uncaptured();
            Tenants.seed(database, UPDATED, UPDATED, users);
            return new Subject(database, Optional.empty(), users);
        }

        static Subject with(Lab lab, int users, boolean notifies) {
            Subject seeded = without(lab, users);
            Stack stack = lab.stack(seeded.database)
                    .replicas(Service.POLLER, 0)
                    .replicas(Service.ENGINE, 0)
                    .environment("DBSYNC_SEQUENCER_CAPTURE_NOTIFY", Boolean.toString(notifies))
                    .start();
            var subject = new Subject(seeded.database, Optional.of(stack), users);
            subject.sequencing(false);
            return subject;
        }

        double update(Lab lab, Pgbench pgbench, boolean sequencing) throws Exception {
            prepare(lab);
            sequencing(sequencing);
            try {
                return pgbench.run(database, "update_user.pgbench", lab.scaled(SECONDS, 2), Map.of("users", users));
            } finally {
                sequencing(false);
            }
        }

        /** @return rows per second, the commit included */
        double delete(Lab lab, int rows) {
            Tenants.seed(database, DELETED, DELETED, rows);
            prepare(lab);
            long start = System.nanoTime();
            database.execute(
                    "DELETE FROM public.\"ProjectUser\" WHERE \"tenancyId\" = md5('tenant " + DELETED + "')::uuid");
            double seconds = Await.since(start);
            database.execute("DELETE FROM public.\"Tenancy\" WHERE \"id\" = md5('tenant " + DELETED + "')::uuid");
            return rows / seconds;
        }

        String hotShare() {
            return database.queryText("SELECT round(100.0 * n_tup_hot_upd / n_tup_upd) || ' %' FROM pg_stat_user_tables"
                    + " WHERE relname = 'ProjectUser'");
        }

        private void prepare(Lab lab) {
            if (stack.isPresent()) {
                database.execute("TRUNCATE dbsync.\"ChangedRow\", dbsync.\"DeletedRow\", dbsync.\"PendingExpansion\"");
            }
            database.execute("VACUUM public.\"ProjectUser\"");
            lab.checkpoint();
        }

        private void sequencing(boolean on) {
            if (stack.isPresent()) {
                database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"sequencerEnabled\" = " + on);
            }
        }

        @Override
        public void close() {
            stack.ifPresent(Stack::close);
        }
    }
}
