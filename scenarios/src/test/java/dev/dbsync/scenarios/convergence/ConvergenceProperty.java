package dev.dbsync.scenarios.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is written and whatever fails, every target ends as its mappings say. A few short histories;
 * {@code scenarios/soak} plays longer ones for hours. {@code -Ddbsync.convergence.seed} and
 * {@code -Ddbsync.convergence.settings} choose the seeds that a failure printed.
 */
@Tag("slow")
class ConvergenceProperty {

    private static final long KNOWN_SEED = 20_261_121;
    private static final long FRESH_SEED = new SplittableRandom().nextLong(1_000_000_000);

    private static Servers servers;
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        long settings = Long.getLong("dbsync.convergence.settings", FRESH_SEED);
        System.out.printf("Convergence settings=%d faked clocks=%s%n", settings, Clocks.canBeOff());
        servers = new Servers();
        cluster = Cluster.start(servers, Settings.of(settings));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        if (servers != null) {
            servers.close();
        }
    }

    static LongStream seeds() {
        Long chosen = Long.getLong("dbsync.convergence.seed");
        return chosen == null ? LongStream.of(KNOWN_SEED, FRESH_SEED) : LongStream.of(chosen);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyTargetEndsAsItsMappingsSay(long seed) {
        Outcome outcome = new Property(cluster).check(HistoryGenerator.generate(seed, Shape.brief()));

        System.out.printf(
                "Convergence seed=%d: %s%n", seed, outcome.statistics().line());
        assertThat(outcome.wrong()).as("seed " + seed + ", see the output").isEmpty();
    }
}
