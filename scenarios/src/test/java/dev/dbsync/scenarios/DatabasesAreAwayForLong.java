package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log forgets after some seconds here, not days; it is looked through once a minute, so this takes its time. */
@Tag("soak")
class DatabasesAreAwayForLong {

    private static final Duration UNTIL_PURGED = Duration.ofMinutes(3);

    @RegisterExtension
    static final Installation installation =
            Installation.with(builder -> builder.environment(Service.SEQUENCER, "DBSYNC_PURGE_MINIMUM_AGE", "1s")
                    .environment(Service.SEQUENCER, "DBSYNC_PURGE_RETENTION", "3s"));

    /** One was paused, one is a backup that somebody puts back, one has just been there all the time. */
    @Test
    void andAreRightAgainWhenTheyComeBack() {
        Tenant tenant = installation.tenant();
        tenant.everything();
        UUID renamed = tenant.user("Before");
        UUID removed = tenant.user("Removed while they were away");
        TestDatabase paused = tenant.connected("paused");
        TestDatabase restored = tenant.connected("restored");
        TestDatabase present = tenant.connected("present");
        for (TestDatabase each : List.of(paused, restored, present)) {
            Oracle.awaitEqual(tenant, each);
        }
        post(tenant, "paused", "pause");
        String backup = copyOf(restored);

        tenant.rename(renamed, "After");
        tenant.removeUser(removed);
        Oracle.awaitEqual(tenant, present);
        Eventually.holdsWithin(
                UNTIL_PURGED,
                () -> assertThat(installation.internal().queryLong("""
                        SELECT (SELECT count(*) FROM dbsync."ChangedRow" WHERE "tenancyId" = ?)
                             + (SELECT count(*) FROM dbsync."DeletedRow" WHERE "tenancyId" = ?)
                        """, tenant.id(), tenant.id()))
                        .as("log entries of the tenant")
                        .isZero());
        assertThat(users(paused)).contains("Before", "Removed while they were away");

        post(tenant, "paused", "resume");
        Oracle.awaitEqual(tenant, paused);
        restore(restored, backup);
        tenant.user("After the restore");
        for (TestDatabase each : List.of(paused, restored, present)) {
            Oracle.awaitEqual(tenant, each);
        }
    }

    private static String users(TestDatabase target) {
        return target.queryText("SELECT string_agg(display_name, ',') FROM users");
    }

    private static void post(Tenant tenant, String database, String action) {
        installation
                .admin()
                .post("/tenancies/" + tenant.id() + "/external-databases/" + database + "/" + action, null)
                .expectSuccess();
    }

    private static String copyOf(TestDatabase database) {
        String backup = database.name() + "_backup";
        Eventually.holds(() -> {
            server().execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                    + database.name() + "'");
            server().execute("CREATE DATABASE " + backup + " TEMPLATE " + database.name());
        });
        return backup;
    }

    private static void restore(TestDatabase database, String backup) {
        database.drop();
        server().execute("ALTER DATABASE " + backup + " RENAME TO " + database.name());
    }

    private static PostgresServer server() {
        return installation.stack().server();
    }
}
