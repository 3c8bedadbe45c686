package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.engine.receive.SyncSummary;
import dev.dbsync.engine.secret.ConnectionCipher;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The interleaving: a copy is under way, and a change of another mapping, or for another database of the tenancy, is enqueued. Its request
 * is not delivered before the copy's run has ended.
 */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(LongRunsMakeRoomTest.ShortTurns.class)
class LongRunsMakeRoomTest {

    public static class ShortTurns implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "dbsync.mappings-directory", "src/test/resources/mappings",
                    "dbsync.engine.page-rows", "7",
                    "dbsync.engine.copy-chunks-in-memory", "0",
                    "dbsync.engine.turn", "0s");
        }
    }

    private static final SyncSummary SYNCED = new SyncSummary(1, 1, 0);
    private static final SyncSummary OWED = new SyncSummary(1, 0, 1);

    TestDatabase internal;

    @Inject
    TenancySyncService service;

    @Inject
    ConnectionCipher cipher;

    private final UUID tenancy = UUID.randomUUID();
    private SyncFixture app;
    private TestDatabase target;

    @BeforeEach
    void connect() {
        app = new SyncFixture(internal);
        target = PostgresServer.shared().createDatabase("target");
        app.connect(cipher, tenancy, "main", target, "public");
        for (int id = 0; id < 30; id++) {
            app.put(tenancy, "r", id, "t = 'x'");
        }
        app.sequence();
    }

    @AfterEach
    void drop() {
        internal.update("DELETE FROM dbsync.\"ExternalDatabase\"");
        internal.update("DELETE FROM dbsync.\"OutgoingRequest\"");
        target.drop();
    }

    @Test
    void aCopyStopsForTheTenancysNextRequestAndGoesOnWhereItWas() {
        internal.update("DELETE FROM dbsync.\"OutgoingRequest\"");
        internal.query("SELECT dbsync.enqueue_tenant_sync(?)", tenancy);

        assertThat(service.sync(tenancy)).isEqualTo(OWED);
        assertThat(target.queryText("SELECT phase FROM _external_db_sync_metadata"))
                .isEqualTo("copying");
        assertThat(internal.queryLong(
                        "SELECT count(*) FROM dbsync.\"OutgoingRequest\" WHERE \"startedFulfillingAt\" IS NULL"))
                .as("somebody comes back for it")
                .isEqualTo(1);

        internal.update(
                "UPDATE dbsync.\"OutgoingRequest\" SET \"startedFulfillingAt\" = now(), \"leaseUntil\" = now()");
        assertThat(service.sync(tenancy)).isEqualTo(SYNCED);
        app.assertSame(tenancy, target);
    }

    @Test
    void aCopyThatNobodyWaitsForGoesOnToItsEnd() {
        internal.update("DELETE FROM dbsync.\"OutgoingRequest\"");

        assertThat(service.sync(tenancy)).isEqualTo(SYNCED);
        app.assertSame(tenancy, target);
    }
}
