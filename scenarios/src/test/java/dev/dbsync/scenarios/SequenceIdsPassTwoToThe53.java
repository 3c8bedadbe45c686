package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.TestDatabase;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ids that a double cannot hold, as JavaScript and careless JSON would have them: odd ones would become their neighbours. */
class SequenceIdsPassTwoToThe53 {

    private static final long FIRST_THAT_NO_DOUBLE_HOLDS = (1L << 53) + 1;

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder);

    private Tenant tenant;
    private TestDatabase target;

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        target = tenant.connected();
        tenant.user("Below");
        Oracle.awaitEqual(tenant, target);
        installation
                .internal()
                .queryLong("SELECT setval('dbsync.global_seq_id', ?, false)", FIRST_THAT_NO_DOUBLE_HOLDS);
    }

    @Test
    void andEverythingArrivesAndIsShownToTheLastDigit() {
        UUID user = tenant.user("Above");
        Eventually.holds(() -> assertThat(watermark("users")).isEqualTo(FIRST_THAT_NO_DOUBLE_HOLDS));
        Oracle.awaitEqual(tenant, target);
        assertShown(FIRST_THAT_NO_DOUBLE_HOLDS);

        tenant.rename(user, "Renamed above");
        Eventually.holds(() -> assertThat(watermark("users")).isEqualTo(FIRST_THAT_NO_DOUBLE_HOLDS + 1));
        tenant.removeUser(user);
        Eventually.holds(() -> assertThat(watermark("users")).isEqualTo(FIRST_THAT_NO_DOUBLE_HOLDS + 2));
        Oracle.awaitEqual(tenant, target);
        assertShown(FIRST_THAT_NO_DOUBLE_HOLDS + 2);

        try (var application = Application.writing(2, List.of(tenant))) {
            application.awaitTransactions(200);
        }
        Oracle.awaitEqual(tenant, target);
        Oracle.awaitEqual(tenant, tenant.connected("copied"));
    }

    private void assertShown(long id) {
        String exactly = Long.toString(id);
        Eventually.holds(() -> {
            JsonNode users = tenant.mapping("main", "users");
            assertThat(users.path("last_synced_sequence_id").isTextual()).isTrue();
            assertThat(users.path("last_synced_sequence_id").asText()).isEqualTo(exactly);
            assertThat(users.path("internal_max_sequence_id").asText()).isEqualTo(exactly);
            assertThat(users.path("rows_behind").asText()).isEqualTo("0");
        });
        String status = installation
                .admin()
                .get("/status?scope=tenancy&tenancyId=" + tenant.id())
                .text();
        assertThat(status).contains("\"" + exactly + "\"").doesNotContainPattern("[:\\[,]\\s*9007199254740[0-9]{3}");
    }

    private long watermark(String mapping) {
        return target.queryLong(
                "SELECT last_synced_sequence_id FROM _external_db_sync_metadata WHERE mapping_name = ?", mapping);
    }
}
