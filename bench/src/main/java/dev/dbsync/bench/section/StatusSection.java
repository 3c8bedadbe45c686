package dev.dbsync.bench.section;

import dev.dbsync.bench.Await;
import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Resources;
import dev.dbsync.bench.Samples;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.Tenants;
import dev.dbsync.bench.Users;
import dev.dbsync.harness.ApiClient.Response;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.util.Map;

/** How long the status takes where there is much to tell of: answers over HTTP, one after the other. */
public final class StatusSection implements Section {

    private static final int CALLS = 20;

    @Override
    public String name() {
        return "status";
    }

    @Override
    public String title() {
        return "The status over HTTP, milliseconds";
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        int tenancies = lab.scaled(10_000, 1_000);
        int users = 1_000;
        int entries = lab.scaled(1_000_000, 50_000);
        TestDatabase internal = lab.uncaptured();
        internal.execute(
                Resources.read("seed_status.sql", Map.of("tenancies", tenancies, "users", users)),
                "ANALYZE public.\"ProjectUser\"",
                "ANALYZE public.\"Tenancy\"");
        try (Stack stack = lab.stack(internal).replicas(Service.POLLER, 0).start()) {
            internal.execute(
                    Resources.read("destinations.sql", Map.of("first", 1, "last", tenancies)),
                    Resources.read("destination_mappings.sql"),
                    Resources.read("log_entries.sql", Map.of("count", entries, "tenancies", tenancies)));
            Users.awaitSequenced(internal);
            internal.execute(
                    "VACUUM ANALYZE dbsync.\"ChangedRow\"",
                    "VACUUM ANALYZE dbsync.\"ExternalDatabase\"",
                    "VACUUM ANALYZE dbsync.\"ExternalDatabaseMapping\"");
            lab.checkpoint();
            String amid = String.format(" (%,d users, %,d tenancies)", (long) tenancies * users, tenancies);
            report.line("scope=all" + amid, calls(stack, "/status?scope=all"), "ms", "", "50");
            report.line(
                    "one tenancy",
                    calls(stack, "/status?scope=tenancy&tenancyId=" + Tenants.id(tenancies / 2)),
                    "ms",
                    "",
                    "50");
            page(report, stack, "a page of 100 databases", "/external-databases?limit=100");
            page(report, stack, "a page of 100 databases, most behind first", "/external-databases?sort=lag&limit=100");
            page(report, stack, "a search among the databases", "/external-databases?search=tenant-777&limit=100");
        }
    }

    private static void page(Report report, Stack stack, String what, String path) {
        Response first = stack.admin().get(path);
        if (first.status() != 200) {
            report.remark("Left out: " + what + ", the engine answered " + first.status() + ".");
            return;
        }
        report.line(what, calls(stack, path), "ms", "", "50");
    }

    private static Samples calls(Stack stack, String path) {
        var millis = new Samples();
        for (int i = 0; i < 2 * CALLS; i++) {
            long start = System.nanoTime();
            stack.admin().get(path).expectSuccess();
            // The first half warms up.
            if (i >= CALLS) {
                millis.add(Await.since(start) * 1000);
            }
        }
        return millis;
    }
}
