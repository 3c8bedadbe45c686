package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody restores a backup, of the internal database or of a tenant's: the two no longer speak of the same past. */
@Tag("slow")
class DatabasesAreRestored {

    private static final Duration START = Duration.ofSeconds(60);

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder);

    private Tenant tenant;
    private TestDatabase target;

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        target = tenant.connected();
        tenant.everything();
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void theInternalOneAndTargetsThatAreAheadFollowItBack() {
        UUID renamed = tenant.user("As in the backup");
        UUID removed = tenant.user("There in the backup");
        Oracle.awaitEqual(tenant, target);
        killAll();
        String backup = copyOf(installation.internal());
        startAll();
        tenant.rename(renamed, "Renamed since");
        tenant.removeUser(removed);
        tenant.user("New since");
        Oracle.awaitEqual(tenant, target);

        killAll();
        restore(installation.internal(), backup);
        startAll();
        tenant.user("After the restore");

        Oracle.awaitEqual(tenant, target);
        assertThat(target.queryLong(
                        "SELECT count(*) FROM users WHERE display_name IN ('As in the backup', 'There in the backup')"))
                .isEqualTo(2);
        assertThat(target.queryLong("SELECT count(*) FROM users WHERE display_name IN ('Renamed since', 'New since')"))
                .isZero();
    }

    /** The engine looks only when the ids of the lost hour have all been given again, to other rows. */
    @Test
    void theInternalOneAndHasPassedItsTargetsAgainBeforeAnybodyLooks() {
        UUID renamed = tenant.user("As in the backup");
        Oracle.awaitEqual(tenant, target);
        killAll();
        String backup = copyOf(installation.internal());
        startAll();
        tenant.rename(renamed, "Renamed since");
        tenant.user("New since");
        Oracle.awaitEqual(tenant, target);
        long watermark = highestWatermark();

        killAll();
        restore(installation.internal(), backup);
        start(installation.service(Service.SEQUENCER));
        for (int i = 0; i < 20; i++) {
            tenant.user("Instead " + i);
        }
        Eventually.holds(
                () -> assertThat(installation.internal().queryLong("""
                        SELECT least("lastSequenceId", (SELECT max("sequenceId") FROM dbsync."ChangedRow"))
                        FROM dbsync."SequencerState" WHERE NOT EXISTS (SELECT FROM dbsync."ChangedRow" WHERE "shouldUpdateSequenceId")
                        """)).isGreaterThan(watermark));
        start(installation.service(Service.POLLER));
        start(installation.service(Service.ENGINE));

        Oracle.awaitEqual(tenant, target);
        assertThat(target.queryLong("SELECT count(*) FROM users WHERE display_name IN ('Renamed since', 'New since')"))
                .isZero();
    }

    @Test
    void aTenantsFromBeforeTheSequencersLastStartAndItCatchesUpAgain() {
        UUID removed = tenant.user("There in the backup");
        Oracle.awaitEqual(tenant, target);
        String backup = copyOf(target);
        ServiceProcess sequencer = installation.service(Service.SEQUENCER);
        sequencer.kill();
        start(sequencer);
        tenant.removeUser(removed);
        tenant.user("New since");
        Oracle.awaitEqual(tenant, target);
        assertThat(target.queryLong(
                        "SELECT count(DISTINCT epoch) FROM _external_db_sync_metadata WHERE epoch IS NOT NULL"))
                .as("epochs of the positions")
                .isGreaterThan(1);

        restore(target, backup);
        tenant.user("After the restore");

        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void aTenantsAndItCatchesUpAgain() {
        UUID removed = tenant.user("There in the backup");
        Oracle.awaitEqual(tenant, target);
        String backup = copyOf(target);
        tenant.removeUser(removed);
        tenant.user("New since");
        Oracle.awaitEqual(tenant, target);

        restore(target, backup);
        tenant.user("After the restore");

        Oracle.awaitEqual(tenant, target);
    }

    private long highestWatermark() {
        return target.queryLong("SELECT max(last_synced_sequence_id) FROM _external_db_sync_metadata");
    }

    /** A copy under another name, taken as soon as nobody is connected. */
    private static String copyOf(TestDatabase database) {
        String backup = database.name() + "_backup";
        Eventually.holds(() -> {
            disconnectAll(database);
            server().execute("CREATE DATABASE " + backup + " TEMPLATE " + database.name());
        });
        return backup;
    }

    private static void restore(TestDatabase database, String backup) {
        database.drop();
        server().execute("ALTER DATABASE " + backup + " RENAME TO " + database.name());
    }

    private static void disconnectAll(TestDatabase database) {
        server().execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database.name()
                + "'");
    }

    private static PostgresServer server() {
        return installation.stack().server();
    }

    private static void killAll() {
        installation.stack().all().forEach(ServiceProcess::kill);
    }

    private static void start(ServiceProcess service) {
        service.start();
        service.awaitReady(START);
    }

    private static void startAll() {
        installation.stack().all().forEach(ServiceProcess::start);
        installation.stack().all().forEach(service -> service.awaitReady(START));
    }
}
