package dev.dbsync.scenarios.convergence;

import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Plays new histories until the time is over, and prints a line for each and a table at the end. Arguments: how long, such as
 * {@code 60m} or {@code 8h}; optionally the seed of everything, which a former soak printed. Or {@code replay} and the two seeds
 * that a failure printed, of the settings and of the history.
 */
public final class Soak {

    private static final int HISTORIES_PER_CLUSTER = 8;

    private final long deadline;
    private final long start = System.nanoTime();
    private final SplittableRandom random;
    private final Statistics total = new Statistics();

    private Soak(Duration time, long seed) {
        this.deadline = start + time.toNanos();
        this.random = new SplittableRandom(seed);
    }

    public static void main(String... arguments) {
        if (arguments.length == 3 && arguments[0].equals("replay")) {
            replay(Long.parseLong(arguments[1]), Long.parseLong(arguments[2]));
            return;
        }
        Duration time = duration(arguments.length > 0 ? arguments[0] : "10m");
        long seed =
                arguments.length > 1 ? Long.parseLong(arguments[1]) : new SplittableRandom().nextLong(1_000_000_000);
        System.out.printf("Soak for %s, seed=%d, faked clocks=%s%n", time, seed, Clocks.canBeOff());
        if (!Clocks.canBeOff()) {
            System.out.println("No clock will be off: libfaketime (Debian's package faketime) is not there");
        }
        var soak = new Soak(time, seed);
        try (var servers = new Servers()) {
            soak.run(servers);
        }
        System.out.println(soak.total.table(Duration.ofNanos(System.nanoTime() - soak.start)));
        System.exit(soak.total.hasDiffering() ? 1 : 0);
    }

    /** Plays the history of one seed with the settings of another, as a failure has printed them. */
    private static void replay(long settings, long seed) {
        try (var servers = new Servers();
                var cluster = Cluster.start(servers, Settings.of(settings))) {
            Outcome outcome = new Property(cluster).check(history(seed));
            System.out.println(outcome.converged() ? "It converged this time" : "It failed again");
        }
        System.exit(0);
    }

    private static History history(long seed) {
        return HistoryGenerator.generate(seed, Shape.any(new SplittableRandom(seed)));
    }

    private void run(Servers servers) {
        while (hasTime()) {
            Settings settings = Settings.of(random.nextLong(1_000_000_000));
            System.out.printf("Settings %d: %s%n", settings.seed(), settings.environment());
            servers.healAll();
            Cluster cluster = Cluster.start(servers, settings);
            boolean converged = false;
            try {
                converged = play(cluster);
            } finally {
                cluster.close(!converged);
            }
        }
    }

    /** @return whether all histories of this cluster converged; after one that did not, a new cluster is better */
    private boolean play(Cluster cluster) {
        for (int i = 0; i < HISTORIES_PER_CLUSTER && hasTime(); i++) {
            long seed = random.nextLong(1_000_000_000);
            Outcome outcome = new Property(cluster).check(history(seed));
            total.add(outcome.statistics());
            System.out.printf(
                    "%s %s seed=%d settings=%d: %s%n",
                    LocalTime.now().truncatedTo(ChronoUnit.SECONDS),
                    outcome.converged() ? "ok" : "FAILED",
                    seed,
                    cluster.settings().seed(),
                    outcome.statistics().line());
            if (!outcome.converged()) {
                return false;
            }
        }
        return true;
    }

    private boolean hasTime() {
        return System.nanoTime() < deadline;
    }

    private static Duration duration(String text) {
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }
}
