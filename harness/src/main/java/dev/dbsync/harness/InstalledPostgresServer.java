package dev.dbsync.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A throw-away server of this JVM's own, made of the PostgreSQL that is installed on the machine. It runs as the user
 * {@code postgres} where we are root, which PostgreSQL refuses to be. The superuser {@code postgres} needs no password.
 */
public final class InstalledPostgresServer extends PostgresServer {

    private static final String SUPERUSER = "postgres";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

    private final Path binaries;
    private final Path dataDirectory;
    private final Process process;

    private InstalledPostgresServer(int port, Path binaries, Path dataDirectory, Process process) {
        super(new PostgresAddress("localhost", port, SUPERUSER, SUPERUSER, SUPERUSER));
        this.binaries = binaries;
        this.dataDirectory = dataDirectory;
        this.process = process;
    }

    /** Where the newest installed PostgreSQL has its programs; empty where there is none, or none that we can run. */
    public static Optional<Path> binaries() {
        if (isRoot() && !succeeds(List.of("setpriv", "--reuid=" + SUPERUSER, "--clear-groups", "true"))) {
            return Optional.empty();
        }
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> found = Files.list(versions)) {
            return found.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.comparing(Path::toString));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static InstalledPostgresServer start(Path binaries, int port, Map<String, String> serverConfig) {
        Path folder = temporaryFolder();
        Path data = folder.resolve("data");
        run(as(List.of(
                binaries.resolve("initdb").toString(),
                "--pgdata=" + data,
                "--username=" + SUPERUSER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8")));
        int chosen = port == 0 ? Ports.free() : port;
        var command = new ArrayList<>(List.of(binaries.resolve("postgres").toString(), "-D", data.toString()));
        settings(chosen, serverConfig).forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        try {
            Process process = new ProcessBuilder(as(command))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("server.log").toFile())
                    .redirectInput(Redirect.from(new File("/dev/null")))
                    .directory(folder.toFile())
                    .start();
            var server = new InstalledPostgresServer(chosen, binaries, data, process);
            AtExit.stopServer(server::stop);
            server.awaitReady();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + binaries, e);
        }
    }

    private static Map<String, String> settings(int port, Map<String, String> serverConfig) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("port", Integer.toString(port));
        settings.put("listen_addresses", "localhost");
        settings.put("unix_socket_directories", "");
        settings.put("max_connections", "300");
        settings.put("timezone", "UTC");
        settings.putAll(serverConfig);
        return settings;
    }

    /** Where the server keeps its data. */
    public Path dataDirectory() {
        return dataDirectory;
    }

    @Override
    public Optional<ProcessHandle> postmaster() {
        return Optional.of(process.toHandle());
    }

    /** A fast shutdown; the data directory is deleted. Stopping twice is no error. */
    @Override
    public synchronized void stop() {
        // It may be on its way already: a signal to the whole process group reaches it as it reaches us.
        boolean ended = !process.isAlive()
                || succeeds(as(List.of(
                        binaries.resolve("pg_ctl").toString(),
                        "stop",
                        "--pgdata=" + dataDirectory,
                        "--mode=fast",
                        "--timeout=" + STOP_TIMEOUT.toSeconds())));
        if (!ended) {
            process.destroyForcibly();
        }
        EmbeddedPostgresServer.deleteRecursively(dataDirectory.getParent());
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("The server of " + binaries + " did not start; see "
                        + dataDirectory.resolveSibling("server.log"));
            }
            pause();
        }
    }

    private boolean answers() {
        try (var connection = connect()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a server starts", e);
        }
    }

    private static Path temporaryFolder() {
        Path folder = EmbeddedPostgresServer.temporaryDirectory();
        if (isRoot()) {
            run(List.of("chown", SUPERUSER, folder.toString()));
        }
        return folder;
    }

    private static List<String> as(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        var whole = new ArrayList<>(List.of("setpriv", "--reuid=" + SUPERUSER, "--clear-groups"));
        whole.addAll(command);
        return whole;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static boolean succeeds(List<String> command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void run(List<String> command) {
        if (!succeeds(command)) {
            throw new IllegalStateException("Failed: " + String.join(" ", command));
        }
    }
}
