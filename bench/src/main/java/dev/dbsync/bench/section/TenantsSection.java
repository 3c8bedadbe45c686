package dev.dbsync.bench.section;

import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Resources;
import dev.dbsync.bench.Samples;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.Tenants;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.util.Map;

/** Two hundred tenants that change in one commit, alone, and as the one percent of twenty thousand that has something to do. */
public final class TenantsSection implements Section {

    private static final int WARM_UP = 4;
    private static final int WAVES = 3;
    private static final int ROUNDS = 3;
    private static final int DATABASES = 4;

    @Override
    public String name() {
        return "tenants";
    }

    @Override
    public String title() {
        return "Tenants with a schema of their own in one of four databases change in one commit; until it is there,"
                + " milliseconds";
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        int active = lab.scaled(200, 50);
        int all = lab.scaled(20_000, 5_000);
        TestDatabase internal = lab.uncaptured();
        Tenants.seed(internal, 1, all, 5);
        var alone = new Waves();
        var amongMany = new Waves();
        try (Stack stack = lab.stack(internal).start()) {
            var tenants = new Tenants(stack, internal, Tenants.ownSchemas(lab, active, DATABASES));
            tenants.connect(lab.targetServer().port());
            new Waves().take(tenants, active, WARM_UP);
            for (int round = 0; round < lab.scaled(ROUNDS, 1); round++) {
                alone.take(tenants, active, WAVES);
                internal.execute(
                        Resources.read("idle_destinations.sql", Map.of("model", 1, "first", active + 1, "last", all)));
                internal.execute("ANALYZE dbsync.\"ExternalDatabase\"", "ANALYZE dbsync.\"ExternalDatabaseMapping\"");
                amongMany.take(tenants, active, WAVES);
                internal.execute(
                        "DELETE FROM dbsync.\"ExternalDatabase\" WHERE \"schema\" <> ALL (SELECT 'tenant_' || n"
                                + " FROM generate_series(1, " + active + ") AS n)");
            }
        }
        alone.report(report, active + " tenants", "last within 500");
        amongMany.report(report, "the same among " + all + " connected ones", "no slower");
    }

    /** Every tenant's wait, and each wave's last. */
    static final class Waves {

        private final Samples each = new Samples();
        private final Samples last = new Samples();

        void take(Tenants tenants, int count, int waves) throws Exception {
            for (int i = 0; i < waves; i++) {
                Samples wave = tenants.changeAll(count);
                each.addAll(wave);
                last.add(wave.max());
            }
        }

        void report(Report report, String who, String goal) {
            report.waits(who + ", each", each, "ms", "");
            report.line(who + ", the last", last, "ms", "", goal);
        }
    }
}
