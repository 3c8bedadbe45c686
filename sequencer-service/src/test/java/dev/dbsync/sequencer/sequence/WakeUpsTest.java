package dev.dbsync.sequencer.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dbsync.sequencer.InternalDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The running service whose next tick is an hour away, with capture notifications. */
@QuarkusTest
@TestProfile(WakeUpsTest.Notified.class)
@QuarkusTestResource(value = InternalDatabaseResource.class, restrictToAnnotatedClass = true)
class WakeUpsTest {

    /** A tick an hour. */
    public static class Notified implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "dbsync.sequencer.capture-notify", "true",
                    "dbsync.sequencer.interval", "1h",
                    "dbsync.sequencer.lease", "10h");
        }
    }

    @Inject
    DataSource dataSource;

    @Test
    void whatIsCapturedWakesTheSequencer() {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> RestAssured.get("/q/health/ready").statusCode() == 200);
        for (int i = 0; i < 5; i++) {
            execute(LogFixture.CHANGE.formatted(UUID.randomUUID(), i));

            await().untilAsserted(() -> assertThat(unsequenced()).isZero());
        }
    }

    @Test
    void aListenerThatWasCutOffComesBack() {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> RestAssured.get("/q/health/ready").statusCode() == 200);
        await().until(() -> listeners() == 1);
        execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'");
        execute(LogFixture.CHANGE.formatted(UUID.randomUUID(), 1));

        await().untilAsserted(() -> assertThat(unsequenced()).isZero());
    }

    private long listeners() {
        return count(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'");
    }

    private long unsequenced() {
        return count("SELECT count(*) FROM dbsync.\"ChangedRow\" WHERE \"sequenceId\" IS NULL");
    }

    private long count(String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
