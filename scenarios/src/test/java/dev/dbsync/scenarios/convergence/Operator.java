package dev.dbsync.scenarios.convergence;

import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.Service;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Uses the admin API in one run. During it, what an engine that is down cannot do is left undone, and nobody waits for it;
 * at the end everything is made sure of.
 */
final class Operator implements AutoCloseable {

    private final Cluster cluster;
    private final Names names;
    private final List<Destination> destinations;
    private final ExecutorService calls = Executors.newSingleThreadExecutor();
    private final Set<Integer> connected = new TreeSet<>();
    private final Set<Integer> paused = new TreeSet<>();

    Operator(Cluster cluster, Names names, List<Destination> destinations) {
        this.cluster = cluster;
        this.names = names;
        this.destinations = destinations;
    }

    /** Destinations that were asked to be connected, whether or not that has worked yet. */
    List<Destination> connected() {
        return connected.stream().map(destinations::get).toList();
    }

    void connect(int destination) {
        connected.add(destination);
        soon(() -> put(destination));
    }

    void connectNow(int destination) {
        connected.add(destination);
        put(destination).expectSuccess();
    }

    void pause(int destination) {
        paused.add(destination);
        soon(() -> cluster.admin().post(path(destination) + "/pause", null));
    }

    void resume(int destination) {
        soon(() -> cluster.admin().post(path(destination) + "/resume", null));
    }

    /** Switches this service off or on, and the others on. */
    void fuse(Service service, boolean on) {
        soon(() -> setFuses(service, on));
    }

    private ApiClient.Response setFuses(Service service, boolean on) {
        return cluster.admin()
                .post(
                        "/fusebox",
                        Map.of(
                                "sequencer_enabled", on || service != Service.SEQUENCER,
                                "poller_enabled", on || service != Service.POLLER,
                                "sync_engine_enabled", on || service != Service.ENGINE));
    }

    /** Waits for what was begun, then all fuses are on, and nothing is paused. */
    void healAll() {
        calls.shutdown();
        try {
            if (!calls.awaitTermination(120, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The admin API has not answered for two minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        setFuses(Service.ENGINE, true).expectSuccess();
        for (int destination : connected) {
            if (cluster.admin().get(path(destination)).status() == 404) {
                put(destination).expectSuccess();
            }
        }
        // Only these: resuming one that has failed would spare it the wait for its next attempt.
        paused.retainAll(connected);
        paused.forEach(destination ->
                cluster.admin().post(path(destination) + "/resume", null).expectSuccess());
    }

    /** Forgets the run's destinations. */
    void disconnectAll() {
        connected.forEach(destination -> cluster.admin().delete(path(destination)));
    }

    String statusOf(Destination destination) {
        return cluster.admin().get(path(destination.number())).text();
    }

    @Override
    public void close() {
        calls.shutdownNow();
    }

    private ApiClient.Response put(int number) {
        Destination destination = destinations.get(number);
        return cluster.admin()
                .connect(
                        tenancy(number),
                        destination.id(),
                        destination.connectionString(
                                cluster.servers().toTargets().port()),
                        destination.options());
    }

    private String path(int number) {
        return ApiClient.pathOf(tenancy(number), destinations.get(number).id());
    }

    private UUID tenancy(int number) {
        return names.tenancy(destinations.get(number).tenant());
    }

    private void soon(Runnable call) {
        calls.execute(() -> {
            try {
                call.run();
            } catch (RuntimeException e) {
                // Its engine or its database is down just now; healAll sees to the rest.
            }
        });
    }
}
