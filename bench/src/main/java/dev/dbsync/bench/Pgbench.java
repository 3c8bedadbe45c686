package dev.dbsync.bench;

import dev.dbsync.harness.InstalledPostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's own load generator, where it is installed. */
public final class Pgbench {

    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+) \\(without");
    private static final int CLIENTS = 4;

    private final Path program;

    private Pgbench(Path program) {
        this.program = program;
    }

    /** Empty where it is not installed. */
    public static Optional<Pgbench> installed() {
        return InstalledPostgresServer.binaries()
                .map(binaries -> binaries.resolve("pgbench"))
                .filter(Files::isExecutable)
                .map(Pgbench::new);
    }

    /** @return transactions per second of four clients that run this script again and again */
    public double run(TestDatabase database, String script, int seconds, Map<String, ?> variables)
            throws IOException, InterruptedException {
        Path file = Files.createTempFile("dbsync-bench-", ".pgbench");
        try {
            Files.writeString(file, Resources.read(script));
            var command = new ArrayList<>(List.of(
                    program.toString(),
                    "--no-vacuum",
                    "--protocol=prepared",
                    "--client=" + CLIENTS,
                    "--jobs=1",
                    "--time=" + seconds,
                    "--file=" + file,
                    "--host=" + database.host(),
                    "--port=" + database.port(),
                    "--username=" + database.username(),
                    database.name()));
            variables.forEach((name, value) -> command.add(1, "--define=" + name + "=" + value));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher tps = TPS.matcher(output);
            if (process.waitFor() != 0 || !tps.find()) {
                throw new IllegalStateException("pgbench failed: " + output);
            }
            return Double.parseDouble(tps.group(1));
        } finally {
            Files.delete(file);
        }
    }
}
