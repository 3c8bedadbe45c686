package dev.dbsync.local;

import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.EmbeddedPostgresServer;
import dev.dbsync.harness.Ports;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Secrets;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Starts everything, says what to open, and makes a change every second until the process is told to end. */
public final class LocalRun {

    private static final String MAPPINGS_DIRECTORY = "DBSYNC_MAPPINGS_DIRECTORY";
    private static final Duration BETWEEN_CHANGES = Duration.ofSeconds(1);
    private static final Duration FIRST_COPY = Duration.ofSeconds(20);

    private static final Duration SIGNAL_ARRIVES = Duration.ofMillis(300);
    private static final AtomicBoolean ENDING = new AtomicBoolean();

    private final LocalSettings settings;
    private final Secrets secrets;
    private final List<Path> scripts;

    private LocalRun(LocalSettings settings, Secrets secrets, List<Path> scripts) {
        this.settings = settings;
        this.secrets = secrets;
        this.scripts = scripts;
    }

    /**
     * Each argument is an SQL file that is run in the internal database before the services start, say for the tables of
     * mappings of one's own. {@code PORT_PREFIX} and {@code DBSYNC_MAPPINGS_DIRECTORY} are read from the environment. The
     * exit code is 1 after one sentence on stderr.
     */
    public static void main(String[] arguments) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ENDING.set(true), "local-run-ending"));
        try {
            LocalSettings settings = LocalSettings.of(System.getenv("PORT_PREFIX"), Service.root());
            List<Path> scripts = Stream.of(arguments).map(Path::of).toList();
            new LocalRun(settings, LocalSecrets.readOrCreate(settings.secretsFile()), scripts).run();
        } catch (RuntimeException e) {
            // Ctrl-C reaches the servers as it reaches us: that they end is no news then.
            pause(SIGNAL_ARRIVES);
            if (!ENDING.get()) {
                System.err.println(e.getMessage());
                System.exit(1);
            }
        }
    }

    private static IllegalStateException busy(int port) {
        return new IllegalStateException("Port " + port + " is in use: stop what listens there, or choose other ports"
                + " with PORT_PREFIX=82 ./run-local");
    }

    private void run() {
        // A run that is alive has its services' ports; only where they are free is a server of ours a left-over.
        settings.busyServicePort().ifPresent(port -> {
            throw busy(port);
        });
        LeftOver.stop(settings.dataDirectory());
        if (!Ports.isFree(settings.postgresPort())) {
            throw busy(settings.postgresPort());
        }
        say("Starting PostgreSQL on port " + settings.postgresPort() + ", with fresh data.");
        LeftOver.delete(settings.dataDirectory());
        LeftOver.delete(settings.logDirectory());
        EmbeddedPostgresServer server =
                PostgresServer.startEmbedded(settings.postgresPort(), settings.dataDirectory(), Map.of());
        TestDatabase internal = server.createDatabaseNamed("internal");
        for (SampleTenant tenant : SampleTenant.values()) {
            server.createDatabaseNamed(tenant.database());
        }

        scripts.forEach(script -> internal.execute(read(script)));

        say("Starting the three services.");
        Stack stack = start(internal);
        SampleData.seed(internal);
        for (SampleTenant tenant : SampleTenant.values()) {
            connect(stack.admin(), tenant, server);
            awaitFirstCopy(server.database(tenant.database()), tenant);
        }
        System.out.print(Welcome.text(settings, secrets));
        trickle(stack);
    }

    private Stack start(TestDatabase internal) {
        var builder = Stack.builder()
                .internal(internal)
                .secrets(secrets)
                .environment("PORT_PREFIX", settings.portPrefix())
                .logDirectory(settings.logDirectory());
        String mappings = System.getenv(MAPPINGS_DIRECTORY);
        if (mappings != null && !mappings.isEmpty()) {
            builder.environment(
                    MAPPINGS_DIRECTORY, Path.of(mappings).toAbsolutePath().toString());
        }
        for (Service service : Service.values()) {
            builder.port(service, settings.port(service));
        }
        return builder.start();
    }

    private static String read(Path script) {
        try {
            return Files.readString(script);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + script, e);
        }
    }

    private static void connect(ApiClient admin, SampleTenant tenant, PostgresServer server) {
        String connectionString = server.database(tenant.database()).connectionString();
        admin.connect(tenant.tenancy(), tenant.project(), connectionString).expectSuccess();
    }

    /** So that what the welcome tells to look at is there. */
    private static void awaitFirstCopy(TestDatabase target, SampleTenant tenant) {
        long deadline = System.nanoTime() + FIRST_COPY.toNanos();
        while (target.queryText("SELECT to_regclass('public.users')") == null
                || target.queryLong("SELECT count(*) FROM users") == 0) {
            if (System.nanoTime() > deadline) {
                say("The first rows of " + tenant.project() + " did not arrive within " + FIRST_COPY.toSeconds()
                        + " s; the status says why.");
                return;
            }
            pause(Duration.ofMillis(50));
        }
    }

    private static void trickle(Stack stack) {
        for (int turn = 0; ; turn++) {
            stack.all().filter(service -> !service.isAlive()).findAny().ifPresent(LocalRun::reportDeath);
            SampleData.change(stack.internal(), SampleData.CHANGES.get(turn % SampleData.CHANGES.size()));
            pause(BETWEEN_CHANGES);
        }
    }

    private static void reportDeath(ServiceProcess service) {
        throw new IllegalStateException(service + " ended with exit code " + service.exitCode()
                + ", so everything is stopped. Its log ends with:\n" + service.logTail());
    }

    private static void pause(Duration time) {
        try {
            new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    private static void say(String sentence) {
        System.out.println(sentence);
    }
}
