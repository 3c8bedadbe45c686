package dev.dbsync.engine.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The driver makes some of our classes by name, so it must find them in the service's class loader too. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
class TargetConnectorInServiceTest {

    @Inject
    TargetConnections connections;

    @Test
    void connectsInsideTheService() throws Exception {
        try (TestDatabase target = PostgresServer.shared().createDatabase("in_service");
                var borrowed =
                        connections.borrow(UUID.randomUUID(), 1, ConnectionString.parse(target.connectionString()))) {
            assertThat(borrowed.connection().isValid(5)).isTrue();
        }
    }
}
