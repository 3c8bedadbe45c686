package dev.dbsync.harness;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** A server of this JVM's own, from binaries on the class path. It can be killed and started again on the same data. */
public final class EmbeddedPostgresServer extends PostgresServer {

    private static final String SUPERUSER = "postgres";

    /** The superuser needs no password; every other role must give the right one. */
    private static final List<String> HOST_BASED_AUTHENTICATION = List.of(
            "local all postgres trust",
            "host all postgres 127.0.0.1/32 trust",
            "host all postgres ::1/128 trust",
            "local all all scram-sha-256",
            "host all all 127.0.0.1/32 scram-sha-256",
            "host all all ::1/128 scram-sha-256",
            "local replication postgres trust",
            "host replication postgres 127.0.0.1/32 trust");

    private static final Logger LIBRARY = Logger.getLogger("io.zonky.test");

    static {
        LIBRARY.setLevel(Level.WARNING);
    }

    private final Path dataDirectory;
    private final boolean throwAway;
    private final Map<String, String> serverConfig;
    private EmbeddedPostgres running;

    private EmbeddedPostgresServer(
            EmbeddedPostgres running, Path dataDirectory, boolean throwAway, Map<String, String> serverConfig) {
        super(new PostgresAddress("localhost", running.getPort(), SUPERUSER, SUPERUSER, SUPERUSER));
        this.running = running;
        this.dataDirectory = dataDirectory;
        this.throwAway = throwAway;
        this.serverConfig = serverConfig;
    }

    static EmbeddedPostgresServer start(int port, Path dataDirectory, Map<String, String> serverConfig) {
        boolean throwAway = dataDirectory == null;
        return launched(port, throwAway ? temporaryDirectory() : dataDirectory, throwAway, withDefaults(serverConfig));
    }

    /** Likewise, on existing data that is deleted at the end. */
    static EmbeddedPostgresServer startThrowAway(int port, Path dataDirectory, Map<String, String> serverConfig) {
        return launched(port, dataDirectory, true, withDefaults(serverConfig));
    }

    private static Map<String, String> withDefaults(Map<String, String> serverConfig) {
        var config = new LinkedHashMap<String, String>();
        config.put("max_connections", "300");
        config.put("timezone", "UTC");
        config.putAll(serverConfig);
        return config;
    }

    private static EmbeddedPostgresServer launched(
            int port, Path dataDirectory, boolean throwAway, Map<String, String> config) {
        EmbeddedPostgres running = launch(port == 0 ? Ports.free() : port, dataDirectory, config);
        var server = new EmbeddedPostgresServer(running, dataDirectory, throwAway, Map.copyOf(config));
        AtExit.stopServer(server::stop);
        return server;
    }

    /** A fast shutdown; a throw-away data directory is deleted. Stopping twice is no error. */
    @Override
    public synchronized void stop() {
        shutDown();
        if (throwAway) {
            deleteRecursively(dataDirectory);
        }
    }

    /** SIGKILL for the server and every one of its processes, as when its machine dies. {@link #restart()} brings it back. */
    public synchronized void killHard() {
        if (running == null) {
            return;
        }
        ProcessHandle postmaster = running.getProcess().toHandle();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
        shutDown();
    }

    /** Starts it on the same port and data, after a fast shutdown if it was running. */
    public synchronized void restart() {
        shutDown();
        running = launch(port(), dataDirectory, serverConfig);
    }

    /** Ends this one, with a fast shutdown, and starts another on the same data and this port. */
    EmbeddedPostgresServer movedTo(int otherPort) {
        shutDown();
        return launched(otherPort, dataDirectory, throwAway, serverConfig);
    }

    /** Where the server keeps its data. */
    public Path dataDirectory() {
        return dataDirectory;
    }

    @Override
    public synchronized Optional<ProcessHandle> postmaster() {
        return Optional.ofNullable(running).map(server -> server.getProcess().toHandle());
    }

    private void shutDown() {
        if (running == null) {
            return;
        }
        try {
            running.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot stop " + this, e);
        } finally {
            running = null;
        }
    }

    private static EmbeddedPostgres launch(int port, Path dataDirectory, Map<String, String> config) {
        var builder = EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(dataDirectory)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setErrorRedirector(Redirect.DISCARD)
                .setOutputRedirector(Redirect.DISCARD)
                .setDataDirectoryCustomizer(EmbeddedPostgresServer::demandPasswords);
        config.forEach(builder::setServerConfig);
        try {
            return builder.start();
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException(
                    "An embedded PostgreSQL cannot be started here (as root it needs the command unshare to be"
                            + " allowed): set " + URL_PROPERTY + " or " + URL_VARIABLE
                            + " to postgresql://user:password@host:port/database of a running one. Cause: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void demandPasswords(File dataDirectory) {
        try {
            Files.write(dataDirectory.toPath().resolve("pg_hba.conf"), HOST_BASED_AUTHENTICATION);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("dbsync-postgresql-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void deleteRecursively(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + directory, e);
        }
    }
}
