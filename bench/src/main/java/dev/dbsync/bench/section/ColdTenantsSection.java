package dev.dbsync.bench.section;

import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.Tenants;
import dev.dbsync.bench.section.TenantsSection.Waves;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Five hundred tenants, each with a database of its own to which no connection is open; and two hundred of them warm. */
public final class ColdTenantsSection implements Section {

    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(4);
    private static final int WARM = 200;

    @Override
    public String name() {
        return "tenants-cold";
    }

    @Override
    public String title() {
        return "Tenants with a database of their own change in one commit; until it is there, milliseconds";
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        int count = lab.scaled(500, 60);
        int warm = Math.min(WARM, count);
        TestDatabase internal = lab.uncaptured();
        Tenants.seed(internal, 1, count, 5);
        var coldOnes = new Waves();
        var warmOnes = new Waves();
        try (Stack stack = lab.stack(internal)
                .environment(Service.ENGINE, "DBSYNC_TARGETS_WARM_IDLE_TIMEOUT", IDLE_TIMEOUT.toSeconds() + "s")
                .start()) {
            var tenants = new Tenants(stack, internal, Tenants.ownDatabases(lab, count));
            tenants.connect(lab.targetServer().port());
            new Waves().take(tenants, warm, 2);
            for (int round = 0; round < lab.scaled(3, 1); round++) {
                LockSupport.parkNanos(IDLE_TIMEOUT.multipliedBy(2).toNanos());
                coldOnes.take(tenants, count, 1);
                // The first warms them up.
                new Waves().take(tenants, warm, 1);
                warmOnes.take(tenants, warm, 2);
            }
        }
        coldOnes.report(report, count + " tenants, no connection open", "last within 5,000");
        warmOnes.report(report, warm + " tenants, connections open", "last within 500");
    }
}
