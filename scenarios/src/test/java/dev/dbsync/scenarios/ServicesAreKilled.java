package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.FaultProxy;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SIGKILL in the middle of work. Whatever was in flight is done again, and afterwards nothing is missing or too much. */
@Tag("slow")
class ServicesAreKilled {

    private static final Duration START = Duration.ofSeconds(60);
    private static final int ROWS = 10_000;

    @RegisterExtension
    static final Installation installation =
            Installation.with(builder -> builder.environment(Service.POLLER, "DBSYNC_POLLER_LEASE", "2s")
                    .environment(Service.ENGINE, "DBSYNC_ENGINE_COPY_CHUNK_ROWS", "500"));

    private Tenant one;
    private Tenant two;
    private TestDatabase oneTarget;
    private TestDatabase twoTarget;

    @BeforeEach
    void connect() {
        one = installation.tenant();
        two = installation.tenant();
        oneTarget = one.connected();
        twoTarget = two.connected();
        Oracle.awaitEqual(one, oneTarget);
        Oracle.awaitEqual(two, twoTarget);
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void oneOfThemAndAllArrives(Service service) {
        ServiceProcess victim = installation.service(service);
        try (var application = Application.writing(2, List.of(one, two))) {
            application.awaitTransactions(100);
            victim.kill();
            application.awaitTransactions(100);
            victim.start();
            application.awaitTransactions(20);
            victim.awaitReady(START);
            application.awaitTransactions(100);
        }
        assertAllArrives();
    }

    @Test
    void allOfThemAtOnceAndAllArrives() {
        try (var application = Application.writing(2, List.of(one, two))) {
            application.awaitTransactions(100);
            installation.stack().all().forEach(ServiceProcess::kill);
            application.awaitTransactions(100);
            installation.stack().all().forEach(ServiceProcess::start);
            installation.stack().all().forEach(service -> service.awaitReady(START));
            application.awaitTransactions(100);
        }
        assertAllArrives();
    }

    @Test
    void theEngineWhileItCopiesAndTheCopyGoesOn() throws SQLException {
        installation.internal().execute("""
                INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName", "clientMetadata")
                SELECT '%s', gen_random_uuid(), 'User ' || n, jsonb_build_object('padding', repeat('x', 500))
                FROM generate_series(1, %d) AS n
                """.formatted(one.id(), ROWS));
        TestDatabase late = installation.target();

        // So far away that twenty chunks take some seconds.
        try (FaultProxy distance = FaultProxy.to(late.host(), late.port())) {
            distance.delay(Duration.ofMillis(30));
            installation
                    .admin()
                    .connect(
                            one.id(),
                            "late",
                            late.connectionString().replace(":" + late.port() + "/", ":" + distance.port() + "/"))
                    .expectSuccess();
            assertThat(usersWhenKilled(late)).as("the copy was in the middle").isBetween(1L, ROWS - 1L);
            distance.heal();
            one.user("While it was dead");
            installation.service(Service.ENGINE).start();

            Oracle.awaitEqual(one, late);
            Oracle.awaitEqual(one, oneTarget);
            assertThat(users(late)).isEqualTo(ROWS + 1);
        }
    }

    private static long usersWhenKilled(TestDatabase late) throws SQLException {
        try (Connection blocker = late.connect();
                var statement = blocker.createStatement()) {
            Eventually.holds(() -> assertThat(users(late)).isPositive());
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE");
            installation.service(Service.ENGINE).kill();
            long users = users(late);
            blocker.rollback();
            return users;
        }
    }

    private void assertAllArrives() {
        Oracle.awaitEqual(one, oneTarget);
        Oracle.awaitEqual(two, twoTarget);
        assertThat(users(oneTarget)).isPositive();
        Eventually.holds(
                () -> assertThat(installation.internal().queryLong("SELECT count(*) FROM dbsync.\"OutgoingRequest\""))
                        .as("requests left over")
                        .isZero());
    }

    private static long users(TestDatabase target) {
        return target.queryLong("SELECT count(*) FROM users");
    }
}
