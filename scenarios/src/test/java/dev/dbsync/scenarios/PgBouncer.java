package dev.dbsync.scenarios;

import dev.dbsync.harness.Ports;
import dev.dbsync.harness.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A PgBouncer of the system's own, in transaction mode, in front of every database of a server. */
final class PgBouncer implements AutoCloseable {

    private static final Optional<Path> BINARY = Stream.of(
                    "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();

    private final Process process;
    private final int port;
    private final Path log;

    private PgBouncer(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Ends the test as skipped where there is none. */
    static void assumeInstalled() {
        Assumptions.assumeTrue(BINARY.isPresent(), "Skipped: there is no pgbouncer; Debian's package pgbouncer has it");
    }

    /** Whether this one can keep track of prepared statements, so that it may be told not to. */
    static boolean knowsPreparedStatements() {
        String[] version = output("--version")
                .lines()
                .findFirst()
                .orElse("")
                .replaceAll("[^0-9.]", "")
                .split("\\.");
        int major = Integer.parseInt(version[0]);
        return major > 1 || Integer.parseInt(version[1]) >= 21;
    }

    /**
     * Starts one.
     *
     * @param users    passwords by role
     * @param settings further lines of its configuration
     */
    static PgBouncer start(PostgresServer server, Map<String, String> users, String... settings) {
        int port = Ports.free();
        try {
            Path directory = Files.createTempDirectory(
                    "dbsync-pgbouncer-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            Path userList = Files.writeString(
                    directory.resolve("userlist.txt"),
                    users.entrySet().stream()
                            .map(user -> "\"%s\" \"%s\"\n".formatted(user.getKey(), user.getValue()))
                            .collect(Collectors.joining()));
            Path configuration = Files.writeString(directory.resolve("pgbouncer.ini"), """
                    [databases]
                    * = host=127.0.0.1 port=%d

                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = scram-sha-256
                    auth_file = %s
                    pool_mode = transaction
                    %s
                    """.formatted(
                            server.port(), port, userList, String.join("\n", settings)));
            Path log = directory.resolve("pgbouncer.log");
            Process process = new ProcessBuilder(command(configuration))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .redirectInput(Redirect.PIPE)
                    .start();
            var bouncer = new PgBouncer(process, port, log);
            Eventually.holds(bouncer::connect);
            return bouncer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** What it has said so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("PgBouncer has ended: " + log());
        }
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1);
        } catch (IOException e) {
            throw new IllegalStateException("Not yet", e);
        }
    }

    /** It refuses to run as root. */
    private static String[] command(Path configuration) {
        String binary = BINARY.orElseThrow().toString();
        return "root".equals(System.getProperty("user.name"))
                ? new String[] {binary, "-u", "nobody", configuration.toString()}
                : new String[] {binary, configuration.toString()};
    }

    private static String output(String argument) {
        try {
            Process process = new ProcessBuilder(BINARY.orElseThrow().toString(), argument).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
