package dev.dbsync.bench.section;

import dev.dbsync.bench.Await;
import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Machine;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Samples;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.Tenants;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** What it costs when a thousand tenants are connected and nothing changes. */
public final class IdleSection implements Section {

    private static final int USERS = 5;
    private static final int DATABASES = 10;

    /** Longer than the engine keeps connections without use. */
    private static final Duration SETTLE = Duration.ofSeconds(75);

    private static final Duration WATCH = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String title() {
        return "Nothing changes, processor time in percent of one core over " + WATCH.toSeconds() + " seconds";
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        int count = lab.scaled(1_000, 50);
        TestDatabase internal = lab.uncaptured();
        Tenants.seed(internal, 1, count, USERS);
        try (Stack stack = lab.stack(internal).start()) {
            new Tenants(stack, internal, Tenants.ownSchemas(lab, count, DATABASES))
                    .connect(lab.targetServer().port());
            lab.checkpoint();
            LockSupport.parkNanos(SETTLE.toNanos());
            Map<String, Double> before = cpuSeconds(lab, stack);
            long start = System.nanoTime();
            LockSupport.parkNanos(WATCH.toNanos());
            double seconds = Await.since(start);
            Map<String, Double> after = cpuSeconds(lab, stack);
            double all = 0;
            for (String who : after.keySet()) {
                double percent = (after.get(who) - before.get(who)) / seconds * 100;
                all += percent;
                report.line(who, Samples.number(percent) + " %", "", "", "");
            }
            report.line("all together, " + count + " connected tenants", Samples.number(all) + " %", "", "", "2 to 4");
            stack.all()
                    .forEach(service -> report.line(
                            service.service().module() + ", memory held",
                            Samples.number(Machine.residentMib(service.handle())) + " MiB",
                            "",
                            "",
                            "250"));
        }
    }

    private static Map<String, Double> cpuSeconds(Lab lab, Stack stack) {
        var seconds = new LinkedHashMap<String, Double>();
        stack.all().forEach(service -> seconds.put(service.service().module(), Machine.cpuSeconds(service.handle())));
        seconds.put("PostgreSQL, internal", cpuSeconds(lab.internalServer()));
        seconds.put("PostgreSQL, tenants'", cpuSeconds(lab.targetServer()));
        return seconds;
    }

    private static double cpuSeconds(PostgresServer server) {
        return server.postmaster().map(Machine::cpuSeconds).orElse(Double.NaN);
    }
}
