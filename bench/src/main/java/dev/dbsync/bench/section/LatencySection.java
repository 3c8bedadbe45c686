package dev.dbsync.bench.section;

import dev.dbsync.bench.Await;
import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Samples;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.Users;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** From the application's commit of one change until another connection to the tenant's database sees it. */
public final class LatencySection implements Section {

    /** Longer than the sequencer's tick, so that changes fall on every moment of it. */
    private static final Duration PAUSE = Duration.ofMillis(150);

    private static final Duration LOOK = Duration.ofNanos(500_000);
    private static final Duration READY = Duration.ofSeconds(60);

    /** As of services that have run for a while: what was called a few times only is still interpreted. */
    private static final int WARM_UP = 1000;

    /** The same for the sequencer, which is started anew for every block. */
    private static final int WARM_UP_AGAIN = 300;

    private static final Duration SHORT_PAUSE = Duration.ofMillis(20);
    private static final int BLOCKS = 3;

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String title() {
        return "From the commit of a single change until it is visible in the tenant's database, milliseconds";
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        TestDatabase internal = lab.uncaptured();
        UUID tenancy = Users.seed(internal, 100);
        int blocks = lab.scaled(BLOCKS, 1);
        int changes = lab.scaled(300, 60) / blocks;
        var byTick = new Samples();
        var notified = new Samples();
        try (Stack stack = lab.stack(internal).start();
                TestDatabase target = lab.targetServer().createDatabase("bench_latency")) {
            Users.connect(stack, tenancy, target.connectionString());
            Users.awaitFollowing(internal, tenancy);
            try (var change = new SingleChange(internal, tenancy, target)) {
                warmUp(change, lab.scaled(WARM_UP, 100));
                for (int block = 0; block < blocks; block++) {
                    captureNotifies(stack, false);
                    warmUp(change, lab.scaled(WARM_UP_AGAIN, 50));
                    measure(change, changes, byTick);
                    captureNotifies(stack, true);
                    warmUp(change, lab.scaled(WARM_UP_AGAIN, 50));
                    measure(change, changes, notified);
                }
            }
        }
        report.waits("default, the sequencer looks every 50 ms", byTick, "ms", "median 40, p99 90");
        report.waits("with capture notifications", notified, "ms", "median 8, p99 25");
    }

    private static void warmUp(SingleChange change, int count) throws Exception {
        measure(change, count, SHORT_PAUSE, new Samples());
    }

    private static void measure(SingleChange change, int count, Samples millis) throws Exception {
        measure(change, count, PAUSE, millis);
    }

    private static void measure(SingleChange change, int count, Duration pause, Samples millis) throws Exception {
        for (int i = 0; i < count; i++) {
            Await.randomPause(pause);
            millis.add(change.commitToVisible(LOOK));
        }
    }

    /** The option is read at the start of the sequencer, the only service that minds it. */
    private static void captureNotifies(Stack stack, boolean on) {
        ServiceProcess sequencer = stack.service(Service.SEQUENCER);
        sequencer.terminate();
        sequencer.configure("DBSYNC_SEQUENCER_CAPTURE_NOTIFY", Boolean.toString(on));
        sequencer.start();
        sequencer.awaitReady(READY);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }
}
