package dev.dbsync.sequencer.sequence;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import dev.dbsync.common.heartbeat.HeartbeatEntry;
import dev.dbsync.sequencer.InternalDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The running service on a database that was not empty before. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
class SequencerResourceTest {

    private static final String ROUTE = "/api/latest/internal/external-db-sync/sequencer";

    @Inject
    DataSource dataSource;

    @ConfigProperty(name = "dbsync.cron-secret")
    String cronSecret;

    @BeforeEach
    void awaitReadiness() {
        Awaitility.await()
                .atMost(1, TimeUnit.MINUTES)
                .until(() -> RestAssured.get("/q/health/ready").statusCode() == 200);
    }

    @Test
    void theLoopSequencesWithoutBeingAsked() throws SQLException {
        execute(LogFixture.CHANGE.formatted(UUID.randomUUID(), 1));

        Awaitility.await()
                .until(() -> count("SELECT count(*) FROM dbsync.\"ChangedRow\" WHERE \"sequenceId\" IS NULL") == 0);
    }

    /** And what waits for a poller is no fault of the sequencer's. */
    @Test
    void theHeartbeatGetsItsIdAndItsRequest() throws SQLException {
        execute("UPDATE dbsync.\"Heartbeat\" SET \"sentAt\" = now() - interval '1 hour'");
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> count(
                                "SELECT count(*) FROM dbsync.\"OutgoingRequest\" WHERE \"deduplicationKey\" = 'sync-engine:"
                                        + HeartbeatEntry.TENANCY + "'")
                        == 1);
        execute("UPDATE dbsync.\"OutgoingRequest\" SET \"createdAt\" = now() - interval '1 hour'");
        execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"updatedAt\" = now() - interval '1 day'");

        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> RestAssured.get("/q/health/ready")
                        .then()
                        .statusCode(200)
                        .body("checks.find { it.name == 'heartbeat' }.data.stage", equalTo("poller"))
                        .body(
                                "checks.find { it.name == 'heartbeat' }.data.waitingSeconds",
                                greaterThanOrEqualTo(3600)));
    }

    @Test
    void theRouteRunsAtLeastOnePass() {
        given().header("Authorization", "Bearer " + cronSecret)
                .get(ROUTE + "?maxDurationMs=0")
                .then()
                .statusCode(200)
                .body("ok", equalTo(true))
                .body("iterations", greaterThanOrEqualTo(1));
    }

    @Test
    void theRouteReturnsAtOnceWhenNothingIsLeft() {
        given().header("Authorization", "Bearer " + cronSecret)
                .get(ROUTE)
                .then()
                .statusCode(200);
    }

    @Test
    void theRouteNeedsTheCronSecret() {
        given().get(ROUTE).then().statusCode(401).body("code", equalTo("UNAUTHORIZED"));
        given().header("Authorization", "Bearer " + cronSecret + "x")
                .get(ROUTE)
                .then()
                .statusCode(401);
    }

    @Test
    void aDurationThatIsNoNumberIsRefused() {
        for (String wrong : new String[] {"soon", "-1", "99999999999999999999", "1.5"}) {
            given().header("Authorization", "Bearer " + cronSecret)
                    .get(ROUTE + "?maxDurationMs=" + wrong)
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("INVALID_MAX_DURATION"));
        }
    }

    @Test
    void everythingOfOursLivesInOurSchema() throws SQLException {
        assertThat(
                        count(
                                "SELECT count(*) FROM pg_class WHERE relname LIKE 'flyway%' AND relnamespace <> 'dbsync'::regnamespace"))
                .isZero();
        assertThat(count("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isEqualTo(13);
    }

    @Test
    void metricsTellOfPasses() {
        assertThat(RestAssured.get("/q/metrics").asString())
                .contains("dbsync_sequencer_pass_seconds_count", "dbsync_sequencer_rows_total");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long count(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }
}
