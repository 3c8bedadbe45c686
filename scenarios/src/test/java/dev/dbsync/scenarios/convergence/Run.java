package dev.dbsync.scenarios.convergence;

import dev.dbsync.harness.TestDatabase;
import dev.dbsync.scenarios.convergence.Comparison.Difference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Plays one history on a cluster, with tenants and databases of its own, and says what it came to. */
final class Run {

    /** What the poller's sweep logs: without it the tenancy would have waited for ever (invariant 3). */
    private static final String FORGOTTEN = "with nothing to wake them";

    private static final String ERROR = " ERROR ";
    private static final int LOOK_MILLIS = 200;
    private static final int STAYS_MILLIS = 700;
    private static final int WRITERS_SECONDS = 120;

    private static final String OWED = """
            SELECT (SELECT count(*) FROM dbsync."ChangedRow" WHERE "shouldUpdateSequenceId")
                 + (SELECT count(*) FROM dbsync."DeletedRow" WHERE "shouldUpdateSequenceId")
                 + (SELECT count(*) FROM dbsync."PendingExpansion")
                 + (SELECT count(*) FROM dbsync."OutgoingRequest")""";

    private static final String DUE = """
            SELECT (SELECT count(*) FROM dbsync."ExternalDatabase" WHERE "nextAttemptAt" IS NOT NULL)
                 + (SELECT count(*) FROM dbsync."ExternalDatabaseMapping" WHERE "nextAttemptAt" IS NOT NULL)""";

    private final Cluster cluster;
    private final History history;
    private final Patience patience;
    private final TestDatabase internal;
    private final Names names;
    private final Statistics statistics = new Statistics();
    private final List<String> wrong = new ArrayList<>();
    private final List<String> details = new ArrayList<>();

    private Run(Cluster cluster, History history, Patience patience) {
        this.cluster = cluster;
        this.history = history;
        this.patience = patience;
        this.internal = cluster.internal();
        this.names = new Names(cluster.nextRun());
    }

    /**
     * @param patience with which everything is waited for when all is well again
     * @throws IllegalStateException if it cannot be played to its end; that counts as a failure too
     */
    static Outcome of(Cluster cluster, History history, Patience patience) {
        return new Run(cluster, history, patience).play();
    }

    private Outcome play() {
        // A run before this one may have come to a sudden end.
        cluster.healAll(new Statistics());
        var databases = new ArrayList<TestDatabase>();
        for (int i = 0; i < Destination.COUNT - 1; i++) {
            databases.add(cluster.servers().targets().createDatabase("tenant"));
        }
        List<Destination> destinations =
                Destination.of(databases.get(0), databases.get(1), databases.get(2), databases.get(3));
        try (var operator = new Operator(cluster, names, destinations)) {
            long deliveries = cluster.deliveries().deliveries();
            long forgotten = cluster.logged(FORGOTTEN);
            long errors = cluster.logged(ERROR);
            Writers.before(internal, names, history.before());
            for (int number = 0; number < Destination.LATE; number++) {
                operator.connectNow(number);
            }
            playBesideFaults(operator, destinations);
            statistics.delivered(cluster.deliveries().deliveries() - deliveries);
            if (cluster.logged(FORGOTTEN) > forgotten) {
                wrong.add("A tenancy was behind with nothing to wake it, until the poller's sweep found it");
                details.add("Logs are in " + cluster.logs());
            }
            statistics.surprises("errors logged", cluster.logged(ERROR) - errors);
            statistics.history(wrong.isEmpty());
            operator.disconnectAll();
        } finally {
            databases.forEach(TestDatabase::drop);
        }
        return new Outcome(List.copyOf(wrong), List.copyOf(details), statistics);
    }

    private void playBesideFaults(Operator operator, List<Destination> destinations) {
        try (var sampler = Sampler.start(destinations, names, statistics)) {
            try (var writers = Writers.start(internal, names, statistics, history.writers())) {
                new FaultDriver(cluster, operator, statistics).play(history.faults());
                writers.await(WRITERS_SECONDS);
                cluster.healAll(statistics);
                operator.healAll();
            }
            settle(operator);
            wrong.addAll(sampler.violations());
        }
    }

    /**
     * How long to wait.
     *
     * @param longest at most
     * @param still while nothing is owed, nothing will be tried again and the differences stay the same
     */
    record Patience(Duration longest, Duration still) {}

    /** Waits until nothing is owed and nothing differs, and looks once more a little later. */
    private void settle(Operator operator) {
        long start = System.nanoTime();
        long changed = start;
        List<Difference> differences = List.of();
        do {
            pass(LOOK_MILLIS);
            boolean owed = internal.queryLong(OWED) > 0;
            List<Difference> now = owed ? differences : differences(operator);
            if (!owed && now.isEmpty()) {
                statistics.settled(Duration.ofNanos(System.nanoTime() - start));
                staySettled(operator);
                return;
            }
            if (owed || internal.queryLong(DUE) > 0 || !now.equals(differences)) {
                changed = System.nanoTime();
            }
            differences = now;
        } while (System.nanoTime() - start < patience.longest().toNanos()
                && System.nanoTime() - changed < patience.still().toNanos());
        notSettled(operator);
    }

    private void notSettled(Operator operator) {
        List<Difference> left = differences(operator);
        left.forEach(difference -> wrong.add(difference.toString()));
        wrong.add("Not settled, with %d entries and requests owed and %d databases or mappings to be tried again"
                .formatted(internal.queryLong(OWED), internal.queryLong(DUE)));
        details.addAll(Diagnosis.of(cluster, operator, left));
    }

    private void staySettled(Operator operator) {
        pass(STAYS_MILLIS);
        differences(operator).forEach(difference -> wrong.add("After everything was settled: " + difference));
    }

    private List<Difference> differences(Operator operator) {
        return operator.connected().stream()
                .flatMap(destination ->
                        Comparison.of(internal, names.tenancy(destination.tenant()), destination, statistics).stream())
                .toList();
    }

    private static void pass(int millis) {
        new CompletableFuture<Void>()
                .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
                .join();
    }
}
