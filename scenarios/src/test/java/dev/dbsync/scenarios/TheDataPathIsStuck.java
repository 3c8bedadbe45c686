package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbsync.common.heartbeat.HeartbeatEntry;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Everything answers and nothing moves. No tenancy has a database here, so that only the heartbeat can tell. */
@Tag("soak")
class TheDataPathIsStuck {

    private static final int PATIENCE = 6;

    /** Patience, and the looks of sequencers and pollers, which are seconds apart. */
    private static final Duration NOTICED = Duration.ofSeconds(60);

    @RegisterExtension
    static final Installation installation =
            Installation.with(builder -> builder.environment("DBSYNC_HEARTBEAT_PATIENCE", PATIENCE + "s")
                    .environment(Service.SEQUENCER, "DBSYNC_HEARTBEAT_INTERVAL", "5s"));

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void heartbeatsArrive() {
        assertAllIsWell();
    }

    @AfterEach
    void putRight() {
        installation.stack().all().forEach(ServiceProcess::resume);
        installation.admin().post("/fusebox", Map.of("sequencer_enabled", true, "poller_enabled", true));
    }

    /** A migration, a backup tool or a session that somebody forgot. */
    @Test
    void aLockedLogMakesTheSequencerUnreadyAndNobodyElse() throws SQLException {
        try (Connection forgotten = installation.internal().connect();
                Statement statement = forgotten.createStatement()) {
            forgotten.setAutoCommit(false);
            statement.execute("LOCK TABLE dbsync.\"ChangedRow\" IN SHARE MODE");

            Eventually.holdsWithin(NOTICED, () -> {
                assertThat(ready(Service.SEQUENCER)).isFalse();
                assertThat(heartbeat(Service.SEQUENCER).path("status").asText()).isEqualTo("DOWN");
                assertThat(heartbeat(Service.SEQUENCER)
                                .path("data")
                                .path("stage")
                                .asText())
                        .isEqualTo("sequencer");
                assertThat(waiting("sequencer")).isGreaterThan(PATIENCE);
            });
            assertThat(ready(Service.POLLER)).isTrue();
            assertThat(ready(Service.ENGINE)).isTrue();
            assertThat(heartbeat(Service.ENGINE)
                            .path("data")
                            .path("missingForSeconds")
                            .asLong())
                    .isPositive();
            forgotten.rollback();
        }

        assertAllIsWell();
    }

    /** A claim passes over what is locked: requests of tenancies would be left lying likewise. */
    @Test
    void aLockedRequestMakesThePollerUnreadyAndNobodyElse() throws SQLException {
        installation.admin().post("/fusebox", Map.of("sequencer_enabled", true, "poller_enabled", false));
        Eventually.holds(() -> assertThat(requests()).isOne());
        try (Connection forgotten = installation.internal().connect();
                Statement statement = forgotten.createStatement()) {
            forgotten.setAutoCommit(false);
            statement.execute("SELECT FROM dbsync.\"OutgoingRequest\" FOR UPDATE");
            installation.admin().post("/fusebox", Map.of("sequencer_enabled", true, "poller_enabled", true));

            Eventually.holdsWithin(NOTICED, () -> {
                assertThat(ready(Service.POLLER)).isFalse();
                assertThat(heartbeat(Service.POLLER).path("status").asText()).isEqualTo("DOWN");
                assertThat(waiting("poller")).isGreaterThan(PATIENCE);
            });
            assertThat(ready(Service.SEQUENCER)).isTrue();
            assertThat(ready(Service.ENGINE)).isTrue();
            forgotten.rollback();
        }

        assertAllIsWell();
    }

    @Test
    void anEngineThatHangsIsToldOfAndMakesNobodyUnready() {
        installation.service(Service.ENGINE).pause();

        Eventually.holdsWithin(NOTICED, () -> assertThat(waiting("engine")).isGreaterThan(PATIENCE));
        assertThat(ready(Service.SEQUENCER)).isTrue();
        assertThat(ready(Service.POLLER)).isTrue();
        assertThat(heartbeat(Service.POLLER).path("data").path("stage").asText())
                .isEqualTo("engine");

        installation.service(Service.ENGINE).resume();
        assertAllIsWell();
    }

    @Test
    void whatIsSwitchedOffIsNotStuckAndNoTenancysFigure() {
        installation.admin().post("/fusebox", Map.of("sequencer_enabled", true, "poller_enabled", false));
        Eventually.holds(() -> assertThat(requests()).isOne());

        Eventually.passed(Duration.ofSeconds(PATIENCE + 14));

        assertThat(installation.stack().all())
                .allSatisfy(service -> assertThat(service.isReady()).isTrue());
        assertThat(waiting("poller")).isZero();
        JsonNode status = installation.admin().status();
        assertThat(status.path("poller").path("total").asText()).isEqualTo("0");
        assertThat(status.path("poller").path("oldest_created_at_millis").isNull())
                .isTrue();
        assertThat(status.path("sequencer").path("tables").findValuesAsText("table_name"))
                .doesNotContain(HeartbeatEntry.TABLE);
        assertThat(installation.internal().queryLong("SELECT count(*) FROM dbsync.\"ChangedRow\""))
                .isLessThanOrEqualTo(1);
    }

    private void assertAllIsWell() {
        long beat = installation.internal().queryLong("SELECT \"arrivedBeat\" FROM dbsync.\"Heartbeat\"");
        Eventually.holdsWithin(NOTICED, () -> {
            assertThat(installation.internal().queryLong("SELECT \"arrivedBeat\" FROM dbsync.\"Heartbeat\""))
                    .isGreaterThan(beat);
            assertThat(installation.stack().all())
                    .allSatisfy(service -> assertThat(service.isReady()).isTrue());
            assertThat(waiting("sequencer") + waiting("poller") + waiting("engine"))
                    .isZero();
            assertThat(metric("dbsync_heartbeat_travel_seconds")).isBetween(0.0, 120.0);
        });
    }

    private static long requests() {
        return installation.internal().queryLong("SELECT count(*) FROM dbsync.\"OutgoingRequest\"");
    }

    private boolean ready(Service service) {
        return get(service, "/q/health/ready").statusCode() == 200;
    }

    private JsonNode heartbeat(Service service) {
        try {
            for (JsonNode check : new ObjectMapper()
                    .readTree(get(service, "/q/health/ready").body())
                    .path("checks")) {
                if (check.path("name").asText().equals("heartbeat")) {
                    return check;
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("No answer of a health check", e);
        }
        throw new AssertionError("There is no check of the heartbeat");
    }

    private double waiting(String stage) {
        return metric("dbsync_heartbeat_waiting_seconds{stage=\"" + stage + "\"}");
    }

    /** As the poller publishes it. */
    private double metric(String sample) {
        Matcher found = Pattern.compile("(?m)^" + Pattern.quote(sample) + " (\\S+)$")
                .matcher(get(Service.POLLER, "/q/metrics").body());
        assertThat(found.find()).as(sample).isTrue();
        return Double.parseDouble(found.group(1));
    }

    private HttpResponse<String> get(Service service, String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(
                                    URI.create(installation.service(service).url() + path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("No answer of " + service, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }
}
