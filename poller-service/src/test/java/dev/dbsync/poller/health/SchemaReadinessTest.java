package dev.dbsync.poller.health;

import static dev.dbsync.poller.InternalDatabaseExtension.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.common.internaldb.InternalSchema;
import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.poller.InternalDatabaseExtension;
import dev.dbsync.poller.SchemaGate;
import io.vertx.mutiny.core.Vertx;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class SchemaReadinessTest {

    @Test
    void aPollerIsReadyOnceTheSequencerHasMigratedAsFarAsItNeeds() {
        Vertx vertx = Vertx.vertx();
        try (var database = PostgresServer.shared().createDatabase("not_migrated")) {
            var pool = InternalDatabaseExtension.pool(vertx, database);
            var gate = new SchemaGate(pool);
            var readiness = new SchemaReadiness(gate);
            assertDown(await(readiness.call()), "the sequencer has not migrated the internal database yet");

            int before = InternalSchema.VERSION - 1;
            InternalDatabase.migrateTo(database, before);
            assertDown(
                    await(readiness.call()),
                    "the internal schema is at version " + before + " and this release needs " + InternalSchema.VERSION
                            + ": its migrations have not run yet");
            assertThat(await(gate.open())).isFalse();
            assertThat(gate.test(null)).as("chores are skipped").isTrue();

            InternalDatabase.migrate(database);
            assertThat(await(readiness.call()).getStatus()).isEqualTo(Status.UP);
            assertThat(await(gate.open())).isTrue();
            assertThat(gate.test(null)).as("chores are skipped").isFalse();

            database.drop();
            assertDown(await(readiness.call()), "the internal database does not answer");
            await(pool.close());
        } finally {
            await(vertx.close());
        }
    }

    private static void assertDown(HealthCheckResponse response, String reason) {
        assertThat(response.getStatus()).isEqualTo(Status.DOWN);
        assertThat(response.getData())
                .hasValueSatisfying(data -> assertThat(data).containsEntry("reason", reason));
    }
}
