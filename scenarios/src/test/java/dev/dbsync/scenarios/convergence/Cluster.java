package dev.dbsync.scenarios.convergence;

import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.Secrets;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.TestDatabase;
import dev.dbsync.scenarios.Oracle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The three services with one configuration, on an internal database of their own; several histories run on it in turn. */
final class Cluster implements AutoCloseable {

    /** How long a service may take to be ready, on a busy machine. */
    private static final Duration START = Duration.ofSeconds(180);

    private static final int MOST_STARTS = 3;

    /** Target keys are unique per tenancy, as docs/invariants.md asks for; the reference schema alone does not see to it. */
    private static final String UNIQUE_TARGET_KEYS =
            "CREATE UNIQUE INDEX \"ContactChannel_one_target_row\" ON \"ContactChannel\" (\"tenancyId\", \"id\")";

    private final Servers servers;
    private final Settings settings;
    private final TestDatabase internal;
    private final Secrets secrets = Secrets.generate();
    private final DeliveryProxy deliveries = new DeliveryProxy(this::enginesUp);
    private final Path logs = logDirectory();
    private final Map<Service, List<Replica>> replicas = new EnumMap<>(Service.class);
    private int runs;

    private Cluster(Servers servers, Settings settings) {
        this.servers = servers;
        this.settings = settings;
        this.internal = servers.internal().createDatabase("internal");
        for (Service service : Service.values()) {
            replicas.put(service, List.of(replica(service, 1), replica(service, 2)));
        }
    }

    /** Starts one of each and waits until they are ready. */
    static Cluster start(Servers servers, Settings settings) {
        var cluster = new Cluster(servers, settings);
        try {
            cluster.internal.execute(Oracle.resource("../shop.sql"));
            cluster.firsts().forEach(Replica::start);
            cluster.firsts().forEach(replica -> replica.awaitReady(START));
            cluster.internal.execute(UNIQUE_TARGET_KEYS);
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    Servers servers() {
        return servers;
    }

    Settings settings() {
        return settings;
    }

    TestDatabase internal() {
        return internal;
    }

    DeliveryProxy deliveries() {
        return deliveries;
    }

    Path logs() {
        return logs;
    }

    /** A number that no run on this internal database had. */
    int nextRun() {
        return ++runs;
    }

    /** The replica that is meant to be running. */
    Replica first(Service service) {
        return replicas.get(service).get(0);
    }

    /** The one that is started now and then. */
    Replica second(Service service) {
        return replicas.get(service).get(1);
    }

    List<Replica> firsts() {
        return Stream.of(Service.values()).map(this::first).toList();
    }

    List<Replica> seconds() {
        return Stream.of(Service.values()).map(this::second).toList();
    }

    /** How many lines of all logs have this in them. */
    long logged(String text) {
        return Stream.concat(firsts().stream(), seconds().stream())
                .mapToLong(replica -> replica.logged(text))
                .sum();
    }

    /** The admin API of the first engine. */
    ApiClient admin() {
        return new ApiClient(first(Service.ENGINE).url(), secrets.adminToken());
    }

    /** Servers, network and one replica of each service are well again, with the right clock; returns when they are ready. */
    void healAll(Statistics statistics) {
        servers.healAll();
        deliveries.set(null);
        seconds().forEach(Replica::kill);
        for (Replica replica : firsts()) {
            replica.resume();
            if (replica.clockIsOff()) {
                replica.kill();
            } else if (!replica.isAlive()) {
                statistics.surprise(replica + " had ended by itself");
            }
            replica.start();
        }
        firsts().forEach(replica -> awaitReady(replica, statistics));
    }

    /** A service that gave up at its start, say because of a database that was away, is started again as an orchestrator would. */
    private static void awaitReady(Replica replica, Statistics statistics) {
        for (int attempt = 1; ; attempt++) {
            try {
                replica.awaitReady(START);
                return;
            } catch (IllegalStateException e) {
                if (replica.isAlive() || attempt == MOST_STARTS) {
                    throw e;
                }
                statistics.surprise(replica + " gave up at its start");
                replica.start();
            }
        }
    }

    /** Ends everything and forgets it, except for the logs if they are to be kept. */
    void close(boolean keepLogs) {
        Stream.concat(firsts().stream(), seconds().stream()).forEach(Replica::kill);
        deliveries.close();
        internal.drop();
        Clocks.forgetTheKilled();
        if (!keepLogs) {
            deleteLogs();
        }
    }

    @Override
    public void close() {
        close(false);
    }

    private List<String> enginesUp() {
        return replicas.get(Service.ENGINE).stream()
                .filter(Replica::isUp)
                .map(Replica::url)
                .toList();
    }

    private Replica replica(Service service, int number) {
        return new Replica(service, environment(), logs.resolve(service.module() + "-" + number + ".log"));
    }

    private Map<String, String> environment() {
        var environment = new HashMap<>(settings.environment());
        environment.putAll(secrets.environment());
        environment.put(
                "DBSYNC_INTERNAL_DB_URL",
                "postgresql://localhost:" + servers.toInternal().port() + "/" + internal.name());
        environment.put("DBSYNC_INTERNAL_DB_USERNAME", internal.username());
        environment.put("DBSYNC_INTERNAL_DB_PASSWORD", internal.password());
        environment.put("DBSYNC_POLLER_SYNC_ENGINE_URL", deliveries.url());
        environment.put("DBSYNC_ENGINE_PUBLIC_URL", deliveries.url());
        environment.put("DBSYNC_MAPPINGS_DIRECTORY", Oracle.file("own-mappings").toString());
        return environment;
    }

    private static Path logDirectory() {
        try {
            return Files.createTempDirectory("dbsync-convergence-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteLogs() {
        try (Stream<Path> files = Files.walk(logs)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
