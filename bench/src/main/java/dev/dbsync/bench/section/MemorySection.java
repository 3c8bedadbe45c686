package dev.dbsync.bench.section;

import dev.dbsync.bench.Await;
import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Machine;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Resources;
import dev.dbsync.bench.Samples;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.Users;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** What a copy costs the engine in memory: its heap is bounded at 256 MiB, and it must do with that. */
public final class MemorySection implements Section {

    private static final int MEGABYTE = 1_000_000;
    private static final Duration SAMPLE = Duration.ofMillis(250);

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String title() {
        return "First copies by an engine with -Xmx256m, MiB";
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        int large = lab.scaled(1_000, 100);
        int many = lab.scaled(1_000_000, 100_000);
        UUID tenancy = UUID.randomUUID();
        TestDatabase internal = lab.uncaptured();
        internal.execute(Resources.read(
                "seed_large_rows.sql", Map.of("tenancy", Users.literal(tenancy), "users", large, "bytes", MEGABYTE)));
        copy(lab, report, internal, tenancy, String.format("%,d rows of 1 MB", large), large);
        TestDatabase other = lab.uncaptured();
        UUID big = Users.seed(other, many);
        copy(lab, report, other, big, String.format("%,d rows of 450 bytes", many), many);
    }

    private static void copy(Lab lab, Report report, TestDatabase internal, UUID tenancy, String what, int rows)
            throws Exception {
        var heap = new Samples();
        try (Stack stack = lab.stack(internal).start();
                TestDatabase target = lab.targetServer().createDatabase("bench_memory")) {
            ServiceProcess engine = stack.service(Service.ENGINE);
            var watcher = new Thread(() -> watch(engine, heap), "heap-watcher");
            watcher.setDaemon(true);
            watcher.start();
            long start = System.nanoTime();
            Users.connect(stack, tenancy, target.connectionString());
            Users.awaitFollowing(internal, tenancy);
            double seconds = Await.since(start);
            watcher.interrupt();
            watcher.join();
            long arrived = target.queryLong("SELECT count(*) FROM users");
            String outcome = arrived == rows && !engine.log().contains("OutOfMemoryError")
                    ? "all there after " + Samples.number(seconds) + " s"
                    : "FAILED: " + arrived + " rows arrived";
            report.line(what + ", peak of the heap in use", Samples.number(heap.max()) + " MiB", outcome, "", "256");
            report.line(
                    what + ", peak of the process",
                    Samples.number(Machine.peakMib(engine.handle())) + " MiB",
                    "",
                    "",
                    "");
        }
    }

    private static void watch(ServiceProcess engine, Samples heap) {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create(engine.url() + "/q/metrics"))
                .timeout(Duration.ofSeconds(5))
                .build();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                heap.add(http.send(request, BodyHandlers.ofString())
                                .body()
                                .lines()
                                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                                .sum()
                        / 1024
                        / 1024);
            } catch (IOException e) {
                // Busy; the next look will tell.
            } catch (InterruptedException e) {
                return;
            }
            LockSupport.parkNanos(SAMPLE.toNanos());
        }
    }
}
