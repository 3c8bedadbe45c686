package dev.dbsync.bench.section;

import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.section.FlatTable.Peer;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Debezium's embedded engine with its JDBC sink, fetched by {@code bench/run}, as a process of its own. */
public final class DebeziumSection implements Section {

    private static final int ROUNDS = 3;
    private static final int END_SECONDS = 10;

    @Override
    public String name() {
        return "debezium";
    }

    @Override
    public String title() {
        return "A peer: Debezium embedded with its JDBC sink, the same users prepared as a flat table; its start-up is"
                + " part of the first copy";
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        Path folder = Service.root().resolve("bench/target/peers");
        if (!Files.exists(folder.resolve("bench-peers.jar"))) {
            report.remark("Left out: it could not be fetched (./mvnw -f bench/peers/pom.xml package).");
            return;
        }
        var table = new FlatTable(lab, lab.scaled(100_000, 20_000));
        for (int round = 0; round < lab.scaled(ROUNDS, 1); round++) {
            table.round(target -> process(folder, table.source(), target));
            table.source()
                    .execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active");
        }
        table.report(report);
    }

    private static Peer process(Path folder, TestDatabase source, TestDatabase target) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        folder.resolve("bench-peers.jar") + ":" + folder.resolve("lib") + "/*",
                        "dev.dbsync.bench.peers.DebeziumPeer",
                        Integer.toString(source.port()),
                        source.name(),
                        Integer.toString(target.port()),
                        target.name())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(folder.resolve("debezium.log").toFile()))
                .start();
        return () -> {
            process.destroy();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        };
    }
}
