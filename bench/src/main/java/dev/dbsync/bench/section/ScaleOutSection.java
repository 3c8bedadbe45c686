package dev.dbsync.bench.section;

import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Samples;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.Tenants;
import dev.dbsync.harness.FaultProxy;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.List;

/**
 * Whether twice the services carry twice the tenants where the network, not this machine, is the limit: every target is 20 ms
 * of round trip away. The second poller and engine are stopped and started again, so that both ways are measured in turn.
 */
public final class ScaleOutSection implements Section {

    private static final Duration ONE_WAY = Duration.ofMillis(10);
    private static final Duration READY = Duration.ofSeconds(60);
    /** Few, so that what limits a replica is the way to its targets and not the machine that all of them share. */
    private static final String SLOTS = "6";

    private static final int WAVES = 3;
    private static final int ROUNDS = 3;
    private static final int DATABASES = 4;

    @Override
    public String name() {
        return "scale-out";
    }

    @Override
    public String title() {
        return "Tenants 20 ms of round trip away change in one commit, tenants per second until the last has it";
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        int count = lab.scaled(400, 100);
        TestDatabase internal = lab.uncaptured();
        Tenants.seed(internal, 1, count, 5);
        var one = new Samples();
        var two = new Samples();
        try (FaultProxy proxy = FaultProxy.to(
                        lab.targetServer().host(), lab.targetServer().port());
                Stack stack = lab.stack(internal)
                        .replicas(Service.POLLER, 2)
                        .replicas(Service.ENGINE, 2)
                        .environment(Service.POLLER, "DBSYNC_POLLER_PARALLELISM", SLOTS)
                        .environment(Service.ENGINE, "DBSYNC_TARGETS_WARM_CONNECTIONS_PER_HOST", "500")
                        .start()) {
            var tenants = new Tenants(stack, internal, Tenants.ownSchemas(lab, count, DATABASES));
            tenants.connect(proxy.port());
            proxy.delay(ONE_WAY);
            List<ServiceProcess> seconds = List.of(
                    stack.services(Service.POLLER).get(1),
                    stack.services(Service.ENGINE).get(1));
            take(tenants, count, 3, new Samples());
            for (int round = 0; round < lab.scaled(ROUNDS, 1); round++) {
                seconds.forEach(ServiceProcess::terminate);
                take(tenants, count, 2, new Samples());
                take(tenants, count, WAVES, one);
                seconds.forEach(ServiceProcess::start);
                seconds.forEach(service -> service.awaitReady(READY));
                take(tenants, count, 2, new Samples());
                take(tenants, count, WAVES, two);
            }
        }
        report.compared("one poller and one engine, " + count + " tenants", one, "tenants/s", one, "");
        report.compared("two of each", two, "tenants/s", one, "1.7");
    }

    private static void take(Tenants tenants, int count, int waves, Samples rates) throws Exception {
        for (int i = 0; i < waves; i++) {
            rates.add(count / (tenants.changeAll(count).max() / 1000));
        }
    }
}
