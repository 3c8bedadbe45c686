package dev.dbsync.engine.internaldb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class InternalDbReadinessTest {

    @Test
    void isReadyOnceTheDatabaseAnswersAndIsMigrated() {
        try (TestDatabase database = PostgresServer.shared().createDatabase("readiness")) {
            var readiness = new InternalDbReadiness(new InternalDb(dataSource(database)));

            HealthCheckResponse before = readiness.call();
            InternalDatabase.migrate(database);
            HealthCheckResponse after = readiness.call();
            database.drop();
            HealthCheckResponse gone = readiness.call();

            assertThat(before.getStatus()).isEqualTo(Status.DOWN);
            assertThat(before.getData().orElseThrow()).containsValue("for the sequencer to migrate it");
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
