package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.TestDatabase;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A constraint that the tenant added refuses some rows. They wait in quarantine; the other 999 of a thousand arrive. */
class OneRowInAThousandIsRefused {

    private static final int ROWS = 5_000;

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    @Test
    void inACopyAndTheRowsComeWhenTheConstraintGoes() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
        target.execute("ALTER TABLE users ADD CONSTRAINT no_bots CHECK (display_name NOT LIKE 'Bot %')");
        installation.internal().execute("""
                INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName")
                SELECT '%s', gen_random_uuid(), CASE WHEN n %% 1000 = 7 THEN 'Bot ' ELSE 'User ' END || n FROM generate_series(1, %d) AS n
                """.formatted(tenant.id(), ROWS));
        UUID last = tenant.user("Comes last");

        Eventually.holds(() -> {
            assertThat(target.queryLong("SELECT count(*) FROM users")).isEqualTo(ROWS - ROWS / 1000 + 1);
            assertThat(users(tenant).path("quarantined_rows").asText()).isEqualTo(Integer.toString(ROWS / 1000));
        });
        assertThat(target.queryLong("SELECT count(*) FROM users WHERE id = ?", last))
                .isOne();
        JsonNode users = users(tenant);
        assertThat(users.path("state").asText()).isEqualTo("following");
        assertThat(users.at("/error/code").asText()).isEqualTo("TARGET_ROW_REFUSED");
        assertThat(users.at("/error/blame").asText()).isEqualTo("destination");
        assertThat(users.at("/error/sql_state").asText()).isEqualTo("23514");
        assertThat(users.at("/error/message").asText()).contains("no_bots").doesNotContain("Bot 1007");

        target.execute("ALTER TABLE users DROP CONSTRAINT no_bots");
        installation
                .admin()
                .post(ApiClient.pathOf(tenant.id(), "main") + "/retry", Map.of())
                .expectSuccess();

        Oracle.awaitEqual(tenant, target);
        Eventually.holds(() ->
                assertThat(users(tenant).path("quarantined_rows").asText()).isEqualTo("0"));
    }

    @Test
    void andOneThatIsCorrectedAtItsSourceArrivesAtOnce() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
        target.execute("ALTER TABLE users ADD CONSTRAINT no_bots CHECK (display_name NOT LIKE 'Bot %')");
        UUID bot = tenant.user("Bot 1");
        UUID gone = tenant.user("Bot 2");
        Eventually.holds(() ->
                assertThat(users(tenant).path("quarantined_rows").asText()).isEqualTo("2"));

        tenant.rename(bot, "A person");
        tenant.removeUser(gone);

        Oracle.awaitEqual(tenant, target);
        Eventually.holds(() ->
                assertThat(users(tenant).path("quarantined_rows").asText()).isEqualTo("0"));
    }

    /** Nobody asks for a retry and nothing changes: the row's own time comes. */
    @Test
    void andOneThatNobodyTouchesIsTriedAgainByItself() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
        target.execute("ALTER TABLE users ADD CONSTRAINT no_bots CHECK (display_name NOT LIKE 'Bot %')");
        tenant.user("Bot 1");
        Eventually.holds(() ->
                assertThat(users(tenant).path("quarantined_rows").asText()).isEqualTo("1"));

        target.execute("ALTER TABLE users DROP CONSTRAINT no_bots");

        Oracle.awaitEqual(tenant, target);
    }

    private static JsonNode users(Tenant tenant) {
        return installation.admin().status(tenant.id()).at("/sync_engine/external_databases/0/mapping_status/0");
    }
}
