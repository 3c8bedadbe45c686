package dev.dbsync.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An internal database and the three packaged services on it, as processes. With several pollers and engines, the first
 * poller delivers to the first engine, the second to the second, and so on in turn. Not thread-safe.
 */
public final class Stack implements AutoCloseable {

    private final TestDatabase internal;
    private final boolean ownsInternal;
    private final Secrets secrets;
    private final Map<Service, List<ServiceProcess>> replicas;

    private Stack(
            TestDatabase internal, boolean ownsInternal, Secrets secrets, Map<Service, List<ServiceProcess>> replicas) {
        this.internal = internal;
        this.ownsInternal = ownsInternal;
        this.secrets = secrets;
        this.replicas = replicas;
    }

    /** One replica of each service, on free ports, with fresh secrets and an empty database on the shared server. */
    public static Builder builder() {
        return new Builder();
    }

    /** The internal database. */
    public TestDatabase internal() {
        return internal;
    }

    /** The server that the internal database is on. */
    public PostgresServer server() {
        return internal.server();
    }

    public Secrets secrets() {
        return secrets;
    }

    /** The service's first replica. */
    public ServiceProcess service(Service service) {
        return replicas.get(service).get(0);
    }

    /** The service's replicas in the order of their start. */
    public List<ServiceProcess> services(Service service) {
        return replicas.get(service);
    }

    /** All replicas of all services. */
    public Stream<ServiceProcess> all() {
        return replicas.values().stream().flatMap(List::stream);
    }

    /** The admin API, at the first engine. */
    public ApiClient admin() {
        return new ApiClient(service(Service.ENGINE).url(), secrets.adminToken());
    }

    /** The routes for cron jobs, of the sequencer or the poller. */
    public ApiClient cron(Service service) {
        return new ApiClient(service(service).url(), secrets.cronSecret());
    }

    /** The output of all replicas, to look for what must not be in it. */
    public String logs() {
        return all().map(replica -> replica + "\n" + replica.log()).collect(Collectors.joining("\n"));
    }

    /** Ends the services, all at once, and drops the internal database if it was made here. */
    @Override
    public void close() {
        all().filter(ServiceProcess::isAlive).forEach(replica -> {
            replica.resume();
            replica.requestEnd();
        });
        all().forEach(ServiceProcess::close);
        if (ownsInternal) {
            internal.drop();
        }
    }

    /** What to start. */
    public static final class Builder {

        private static final Duration START_TIMEOUT = Duration.ofSeconds(240);

        private final Map<Service, Integer> counts = new EnumMap<>(Service.class);
        private final Map<Service, Map<String, String>> environments = new EnumMap<>(Service.class);
        private final Map<Service, List<String>> jvmOptions = new EnumMap<>(Service.class);
        private final Map<Service, Integer> ports = new EnumMap<>(Service.class);
        private Release release = Release.current();
        private Secrets secrets = Secrets.generate();
        private PostgresServer server;
        private TestDatabase internal;
        private Path logDirectory;
        private Consumer<TestDatabase> prepare = database -> {};

        private Builder() {
            for (Service service : Service.values()) {
                counts.put(service, 1);
                environments.put(service, new LinkedHashMap<>());
            }
        }

        /** Which release's services; by default this build's. */
        public Builder release(Release value) {
            release = value;
            return this;
        }

        /** How many of a service; 0 is fine. */
        public Builder replicas(Service service, int count) {
            counts.put(service, count);
            return this;
        }

        /** One more variable of one service, over what is set here. */
        public Builder environment(Service service, String name, String value) {
            environments.get(service).put(name, value);
            return this;
        }

        /** One more variable of every service. */
        public Builder environment(String name, String value) {
            environments.values().forEach(variables -> variables.put(name, value));
            return this;
        }

        /** Options of a service's Java virtual machine, such as a smaller heap. */
        public Builder jvmOptions(Service service, String... options) {
            jvmOptions.put(service, List.of(options));
            return this;
        }

        /** The port of a service's only replica. */
        public Builder port(Service service, int port) {
            ports.put(service, port);
            return this;
        }

        public Builder secrets(Secrets value) {
            secrets = value;
            return this;
        }

        /** Where the internal database is made; by default the shared server. */
        public Builder server(PostgresServer value) {
            server = value;
            return this;
        }

        /** An internal database that exists; it is not dropped at the end. */
        public Builder internal(TestDatabase value) {
            internal = value;
            return this;
        }

        /** What to do in the internal database before any service starts, say making tables that hold rows. */
        public Builder prepare(Consumer<TestDatabase> value) {
            prepare = value;
            return this;
        }

        /** Where the logs are written, one file per replica; by default a temporary directory. */
        public Builder logDirectory(Path value) {
            logDirectory = value;
            return this;
        }

        /**
         * Starts everything at once and waits until all are ready.
         *
         * @throws IllegalStateException with the end of a service's log if it does not come up; nothing is left running
         */
        public Stack start() {
            Stack stack = launch();
            try {
                stack.all().forEach(replica -> replica.awaitReady(START_TIMEOUT));
                return stack;
            } catch (RuntimeException e) {
                stack.close();
                throw e;
            }
        }

        /** Starts everything at once and waits for nothing. */
        public Stack launch() {
            boolean owns = internal == null;
            TestDatabase database =
                    owns ? (server == null ? PostgresServer.shared() : server).createDatabase("internal") : internal;
            var started = new EnumMap<Service, List<ServiceProcess>>(Service.class);
            var stack = new Stack(database, owns, secrets, started);
            try {
                prepare.accept(database);
                launch(database, started);
                return stack;
            } catch (RuntimeException e) {
                stack.close();
                throw e;
            }
        }

        private void launch(TestDatabase database, Map<Service, List<ServiceProcess>> started) {
            Path logs = logDirectory();
            List<Integer> enginePorts = portsOf(Service.ENGINE);
            for (Service service : Service.values()) {
                List<Integer> chosen = service == Service.ENGINE ? enginePorts : portsOf(service);
                var processes = new ArrayList<ServiceProcess>();
                started.put(service, processes);
                for (int i = 0; i < chosen.size(); i++) {
                    Map<String, String> environment = environmentOf(service, i, database, enginePorts);
                    Path log = logs.resolve(service.module() + (i == 0 ? "" : "-" + (i + 1)) + ".log");
                    processes.add(ServiceProcess.start(
                            release,
                            service,
                            chosen.get(i),
                            jvmOptions.getOrDefault(service, List.of()),
                            environment,
                            log));
                }
            }
        }

        private Map<String, String> environmentOf(
                Service service, int replica, TestDatabase database, List<Integer> enginePorts) {
            List<String> engines =
                    enginePorts.stream().map(port -> "http://localhost:" + port).toList();
            var environment = new HashMap<>(secrets.environment());
            environment.put("DBSYNC_INTERNAL_DB_URL", database.url());
            environment.put("DBSYNC_INTERNAL_DB_USERNAME", database.username());
            environment.put("DBSYNC_INTERNAL_DB_PASSWORD", database.password());
            if (service == Service.POLLER && !engines.isEmpty()) {
                environment.put("DBSYNC_POLLER_SYNC_ENGINE_URL", engines.get(replica % engines.size()));
            }
            if (service == Service.ENGINE) {
                environment.put("DBSYNC_ENGINE_PUBLIC_URL", String.join(",", engines));
                environment.put("DBSYNC_TARGETS_ALLOW_PRIVATE_NETWORKS", "true");
            }
            environment.putAll(environments.get(service));
            return environment;
        }

        private List<Integer> portsOf(Service service) {
            int count = counts.get(service);
            return count == 1 && ports.containsKey(service)
                    ? List.of(ports.get(service))
                    : Stream.generate(Ports::free).limit(count).toList();
        }

        private Path logDirectory() {
            try {
                return logDirectory == null
                        ? Files.createTempDirectory("dbsync-logs-")
                        : Files.createDirectories(logDirectory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
