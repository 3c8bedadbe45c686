package dev.dbsync.engine.internaldb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.common.internaldb.InternalSchema;
import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class InternalDbReadinessTest {

    @Test
    void isReadyOnceTheDatabaseAnswersAndIsMigratedAsFarAsThisReleaseNeeds() {
        try (TestDatabase database = PostgresServer.shared().createDatabase("readiness")) {
            var readiness = new InternalDbReadiness(new InternalDb(dataSource(database)));

            HealthCheckResponse before = readiness.call();
            InternalDatabase.migrateTo(database, InternalSchema.VERSION - 1);
            HealthCheckResponse older = readiness.call();
            InternalDatabase.migrate(database);
            HealthCheckResponse after = readiness.call();
            database.drop();
            HealthCheckResponse gone = readiness.call();

            assertThat(before.getStatus()).isEqualTo(Status.DOWN);
            assertThat(before.getData().orElseThrow()).containsValue("for the sequencer to migrate it");
            assertThat(older.getStatus()).isEqualTo(Status.DOWN);
            assertThat(older.getData().orElseThrow()).containsValue(InternalSchema.tooOld(InternalSchema.VERSION - 1));
            assertThat(after.getStatus()).isEqualTo(Status.UP);
            assertThat(gone.getStatus()).isEqualTo(Status.DOWN);
            assertThat(gone.getData().orElseThrow())
                    .containsEntry("sqlState", "3D000")
                    .doesNotContainKey("password");
        }
    }

    private static PGSimpleDataSource dataSource(TestDatabase database) {
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.jdbcUrl());
        dataSource.setUser(database.username());
        dataSource.setPassword(database.password());
        return dataSource;
    }
}
