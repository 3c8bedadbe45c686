package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.EmbeddedPostgresServer;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.StandbyServer;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The internal database's machine dies for good and a standby that was a little behind takes its place. What a target was given
 * from the transactions that are lost goes back, although its watermark is still good. Both servers end with the JVM.
 */
@Tag("slow")
class AFailoverLosesItsTail {

    private static final Duration RECOVERY = Duration.ofSeconds(90);

    /** By the contract, and a little for the request's way back. */
    private static final Duration UNTIL_A_FUSE_WORKS = Duration.ofMillis(300);

    private static final EmbeddedPostgresServer primary = PostgresServer.startEmbedded(0, null, Map.of());

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder.server(primary));

    @Test
    void andTargetsGoBackToWhatSurvivedButOnlyThoseThatWereJustWritten() {
        Tenant active = installation.tenant();
        Tenant idle = installation.tenant();
        TestDatabase activeTarget = connected(active);
        TestDatabase idleTarget = connected(idle);
        idle.everything();
        UUID user = active.user("Before");
        Oracle.awaitEqual(active, activeTarget);
        Oracle.awaitEqual(idle, idleTarget);
        awaitTicks(3);
        StandbyServer standby = StandbyServer.of(primary);

        // The change that survives is in the log when the lost one overtakes it: the engine reads rows as they are
        // then.
        deliveries(false);
        Eventually.passed(UNTIL_A_FUSE_WORKS);
        active.rename(user, "Survives");
        awaitSequenced();
        installation.service(Service.SEQUENCER).kill();
        standby.awaitCaughtUp();
        standby.stopFollowing();
        active.rename(user, "Lost");
        deliveries(true);
        Eventually.holds(() -> assertThat(activeTarget.queryText("SELECT display_name FROM users"))
                .isEqualTo("Lost"));
        long copiesOfIdle = copiesOf(idle);

        primary.killHard();
        standby.takeOver();
        Eventually.holdsWithin(RECOVERY, () -> deliveries(true));
        installation.service(Service.SEQUENCER).start();

        Eventually.holdsWithin(RECOVERY, () -> {
            assertThat(activeTarget.queryText("SELECT display_name FROM users")).isEqualTo("Survives");
            Oracle.assertEqual(active, activeTarget);
        });
        assertThat(engineLog()).contains("failed over just after the target was last written");

        idle.user("After the failover");
        Eventually.holdsWithin(RECOVERY, () -> Oracle.assertEqual(idle, idleTarget));
        assertThat(copiesOf(idle)).as("copies of the idle tenant").isEqualTo(copiesOfIdle);
    }

    private static TestDatabase connected(Tenant tenant) {
        TestDatabase target = installation.target(PostgresServer.shared());
        tenant.connect("main", target, Map.of());
        return target;
    }

    /** The sequencer's, who goes on ticking while nothing happens. */
    private static void awaitTicks(int more) {
        String tick = "SELECT \"tick\" FROM dbsync.\"SequencerState\"";
        long goal = installation.internal().queryLong(tick) + more;
        Eventually.holds(
                () -> assertThat(installation.internal().queryLong(tick)).isGreaterThanOrEqualTo(goal));
    }

    private static void awaitSequenced() {
        Eventually.holds(() -> assertThat(installation
                        .internal()
                        .queryLong("SELECT count(*) FROM dbsync.\"ChangedRow\" WHERE \"shouldUpdateSequenceId\""))
                .isZero());
    }

    private static void deliveries(boolean on) {
        installation
                .admin()
                .post("/fusebox", Map.of("sequencer_enabled", true, "poller_enabled", on, "sync_engine_enabled", true))
                .expectSuccess();
    }

    private static long copiesOf(Tenant tenant) {
        return engineLog()
                .lines()
                .filter(line -> line.contains("Copy begins")
                        && line.contains(tenant.id().toString()))
                .count();
    }

    private static String engineLog() {
        return installation.service(Service.ENGINE).log();
    }
}
