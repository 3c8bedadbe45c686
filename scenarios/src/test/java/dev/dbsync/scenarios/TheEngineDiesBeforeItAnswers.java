package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The engine is killed between apply and acknowledge: the tenant's database has rows and position, and nobody else knows. It is
 * held at that very instant by a lock on what it would write down next.
 */
@Tag("slow")
class TheEngineDiesBeforeItAnswers {

    private static final Duration START = Duration.ofSeconds(60);

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder);

    private Tenant tenant;
    private TestDatabase target;
    private UUID user;

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        target = tenant.connected();
        user = tenant.user("Before");
        Oracle.awaitEqual(tenant, target);
        Eventually.holds(() -> assertThat(tenant.requests()).isZero());
    }

    @Test
    void andWhatItAppliedIsNotAppliedAgain() throws SQLException {
        killAfterApplying(() -> tenant.rename(user, "Applied"), "Applied");
        String version = version();
        assertThat(tenant.requests()).as("the request nobody acknowledged").isOne();

        start();

        assertSettled();
        assertThat(version()).as("the version of the row").isEqualTo(version);
    }

    @Test
    void andWhatChangedSinceArrives() throws SQLException {
        killAfterApplying(() -> tenant.rename(user, "Applied"), "Applied");
        tenant.rename(user, "Changed while it was dead");
        UUID another = tenant.user("New while it was dead");

        start();

        assertSettled();
        assertThat(target.queryText("SELECT display_name FROM users WHERE id = ?", another))
                .isEqualTo("New while it was dead");
    }

    @Test
    void andARowThatItDeletedAndThatCameBackStays() throws SQLException {
        killAfterApplying(() -> tenant.removeUser(user), null);
        tenant.user(user, "Back again");

        start();

        assertSettled();
        assertThat(name()).isEqualTo("Back again");
    }

    private void killAfterApplying(Runnable change, String name) throws SQLException {
        try (Connection blocker = installation.internal().connect();
                var statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("SELECT FROM dbsync.\"ExternalDatabaseMapping\" FOR UPDATE");
            change.run();
            Eventually.holds(() -> {
                assertThat(name()).as("applied").isEqualTo(name);
                assertThat(enginesWaiting()).as("not acknowledged").isPositive();
            });
            engine().kill();
            // What it has asked for already would still be done: the server notices late that nobody waits for it.
            statement.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'dbsync-sync-engine%'"
                            + " AND datname = current_database()");
            blocker.rollback();
        }
        assertThat(installation
                        .internal()
                        .queryLong(
                                "SELECT max(\"lastSyncedSequenceId\") FROM dbsync.\"ExternalDatabaseMapping\" AS m"
                                        + " JOIN dbsync.\"ExternalDatabase\" USING (\"destinationId\")"
                                        + " WHERE m.\"mappingId\" = 'users' AND \"tenancyId\" = ?",
                                tenant.id()))
                .as("what we know of it")
                .isLessThan(watermark());
    }

    private void assertSettled() {
        Oracle.awaitEqual(tenant, target);
        Eventually.holds(() -> {
            assertThat(tenant.requests()).isZero();
            assertThat(tenant.database("main").path("status").asText()).isEqualTo("ok");
            assertThat(tenant.mapping("main", "users")
                            .path("last_synced_sequence_id")
                            .asText())
                    .isEqualTo(Long.toString(watermark()));
        });
        assertThat(installation.service(Service.POLLER).log()).doesNotContain("nothing to wake them");
    }

    private static void start() {
        engine().start();
        engine().awaitReady(START);
    }

    private static ServiceProcess engine() {
        return installation.service(Service.ENGINE);
    }

    private static long enginesWaiting() {
        return installation.internal().queryLong("""
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'dbsync-sync-engine' AND wait_event_type = 'Lock'
                """);
    }

    private long watermark() {
        return target.queryLong(
                "SELECT last_synced_sequence_id FROM _external_db_sync_metadata WHERE mapping_name = 'users'");
    }

    private String name() {
        return target.queryText("SELECT display_name FROM users WHERE id = ?", user);
    }

    private String version() {
        return target.queryText("SELECT xmin FROM users WHERE id = ?", user);
    }
}
