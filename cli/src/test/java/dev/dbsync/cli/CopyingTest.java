package dev.dbsync.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopyingTest {

    private static final long ASKED = 1000;
    private static final String BUSY = "\"pending\": \"0\", \"in_flight\": \"1\", \"retrying\": \"0\"";
    private static final String QUIET = "\"pending\": \"0\", \"in_flight\": \"0\", \"retrying\": \"0\"";
    private static final String FOLLOWING = "\"state\": \"following\", \"error\": null, \"copy\": null";
    private static final String HALF_WAY = """
            "state": "copying", "error": null,
            "copy": {"rows_copied": "500", "rows_total_estimate": "1000", "rows_per_second": 100, "left_millis": 5000}""";

    private final Copying copying = new Copying("main", List.of("users", "teams"), ASKED);

    @Test
    void aCopyThatHasNotBegunYetIsNotOver() {
        copying.look(status(BUSY, FOLLOWING, FOLLOWING));

        assertThat(copying.over()).isFalse();
        assertThat(copying.part()).hasValue(0);
    }

    @Test
    void oneThatWasSeenIsOverOnceItsMappingFollowsThoughRequestsCome() {
        copying.look(status(BUSY, HALF_WAY, FOLLOWING));
        assertThat(copying.part()).hasValue(0.25);
        assertThat(copying.text()).isEqualTo("0 of 2 mappings; users: 500 of about 1000 rows, 5 s left");

        copying.look(status(BUSY, FOLLOWING, HALF_WAY));
        assertThat(copying.part()).hasValue(0.75);
        assertThat(copying.over()).isFalse();

        copying.look(status(BUSY, FOLLOWING, FOLLOWING));
        assertThat(copying.over()).isTrue();
        assertThat(copying.part()).hasValue(1);
    }

    @Test
    void oneThatWasOverBetweenTwoLooksIsKnownByItsRequest() {
        for (int look = 0; look < 10; look++) {
            copying.look(status(QUIET, FOLLOWING, FOLLOWING, ASKED));
        }
        assertThat(copying.over()).as("without a success since").isFalse();

        copying.look(status(QUIET, FOLLOWING, FOLLOWING));
        assertThat(copying.over()).isTrue();
    }

    @Test
    void oneThatWasPutOffIsNotTakenForOver() {
        copying.look(status(QUIET, FOLLOWING, FOLLOWING));
        copying.look(status(QUIET, FOLLOWING, FOLLOWING));
        copying.look(status(BUSY, FOLLOWING, FOLLOWING));
        copying.look(status(QUIET, FOLLOWING, FOLLOWING));

        assertThat(copying.over()).isFalse();
    }

    @Test
    void aPausedDatabaseIsNotWaitedFor() throws JsonProcessingException {
        var paused = new ObjectMapper().readTree("""
                {"sync_engine": {"external_databases": [{"id": "main", "enabled": true, "paused": true}]}}
                """);

        assertThatThrownBy(() -> copying.look(paused))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("paused");
    }

    @Test
    void whatFailsIsNamed() {
        copying.look(status(
                QUIET,
                "\"state\": \"copying\", \"error\": {\"code\": \"TARGET_DISK_FULL\"}, \"copy\": null",
                FOLLOWING));

        assertThat(copying.over()).isFalse();
        assertThat(copying.text()).contains("users: TARGET_DISK_FULL");
    }

    private static JsonNode status(String poller, String users, String teams) {
        return status(poller, users, teams, ASKED + 1);
    }

    private static JsonNode status(String poller, String users, String teams, long lastSuccess) {
        try {
            return new ObjectMapper().readTree("""
                    {"poller": {%s}, "sync_engine": {"external_databases": [
                        {"id": "other", "error": null, "mapping_status": [{"mapping_id": "users", "state": "copying"}]},
                        {"id": "main", "enabled": true, "paused": false, "error": null, "last_success_at_millis": %d, "mapping_status": [
                            {"mapping_id": "users", %s}, {"mapping_id": "teams", %s}]}]}}
                    """.formatted(poller, lastSuccess, users, teams));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
