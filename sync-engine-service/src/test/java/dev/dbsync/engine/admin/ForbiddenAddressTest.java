package dev.dbsync.engine.admin;

import static dev.dbsync.engine.Operator.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.engine.receive.LikeProductionWithAFakeSync;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(LikeProductionWithAFakeSync.class)
@QuarkusTestResource(InternalDatabaseResource.class)
class ForbiddenAddressTest {

    private final String path =
            "/api/latest/internal/external-db-sync/tenancies/" + UUID.randomUUID() + "/external-databases/main";

    TestDatabase database;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "127.0.0.1",
                "127.1",
                "2130706433",
                "0x7f000001",
                "0.0.0.0",
                "10.0.0.5",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "[::1]",
                "[::]",
                "[::ffff:127.0.0.1]",
                "[fe80::1]",
                "[fc00::1]"
            })
    void anAddressThatIsNotGloballyRoutableIsRefusedInAnySpelling(String host) {
        operator()
                .body("{\"type\":\"postgres\",\"connection_string\":\"postgres://joe:hunter2@" + host + ":5432/d\"}")
                .put(path)
                .then()
                .statusCode(400)
                .body("code", equalTo("FORBIDDEN_ADDRESS"))
                .body("error", not(containsString("hunter2")));

        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"ExternalDatabase\""))
                .isZero();
    }

    @Test
    void aNameThatDoesNotExistYetIsTaken() {
        operator()
                .body("{\"type\":\"postgres\",\"connection_string\":\"postgres://joe:hunter2@db.tenant.invalid/d\"}")
                .put(path)
                .then()
                .statusCode(200);
        operator().delete(path).then().statusCode(200);
    }
}
