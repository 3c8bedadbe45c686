package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.engine.InternalDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The interleaving: a copy is under way, and a change of another mapping, or for another database of the tenancy, is enqueued. Its request
 * is not delivered before the copy's run has ended.
 */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(LongRunsMakeRoomTest.ShortTurns.class)
class LongRunsMakeRoomTest extends OneDestination {

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

    @BeforeEach
    void connect() {
        for (int id = 0; id < 30; id++) {
            app.put(tenancy, "r", id, "t = 'x'");
        }
        app.sequence();
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
