package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.EmbeddedPostgresServer;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.StandbyServer;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The machine of the internal database dies for good, and a streaming standby that every commit has waited for takes its place on
 * its address, as providers do it. The services are told nothing. Both servers end with the JVM.
 */
@Tag("slow")
class TheInternalDatabaseFailsOver {

    private static final Duration RECOVERY = Duration.ofSeconds(90);

    private static final EmbeddedPostgresServer primary =
            PostgresServer.startEmbedded(0, null, Map.of("synchronous_commit", "on"));

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder.server(primary));

    @Test
    void andNothingIsLostAndTheServicesGoOnByThemselves() {
        Tenant one = installation.tenant();
        Tenant two = installation.tenant();
        TestDatabase oneTarget = one.connected(PostgresServer.shared());
        TestDatabase twoTarget = two.connected(PostgresServer.shared());
        one.everything();
        two.everything();
        Oracle.awaitEqual(one, oneTarget);
        StandbyServer standby = StandbyServer.of(primary);
        standby.makeSynchronous();
        try (var application = Application.writing(2, List.of(one, two))) {
            application.awaitTransactions(100);
        }
        one.user("Committed just before");
        long before = users();

        primary.killHard();
        standby.takeOver();

        assertThat(users()).as("rows that were committed").isEqualTo(before);
        try (var application = Application.writing(2, List.of(one, two))) {
            application.awaitTransactions(100);
        }
        Eventually.holdsWithin(RECOVERY, () -> {
            Oracle.assertEqual(one, oneTarget);
            Oracle.assertEqual(two, twoTarget);
        });
        Eventually.holdsWithin(RECOVERY, () -> {
            assertThat(installation.stack().all()).allMatch(service -> service.isReady());
            assertThat(one.requests() + two.requests()).isZero();
            assertThat(one.database("main").path("status").asText()).isEqualTo("ok");
        });
        one.user("Everyday life");
        Oracle.awaitEqual(one, oneTarget);
    }

    private static long users() {
        return installation.internal().queryLong("SELECT count(*) FROM \"ProjectUser\"");
    }
}
