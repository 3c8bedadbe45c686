package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.TestDatabase;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody does something to our tables in the tenant's database, or restores an older copy of it. */
class TargetsAreTamperedWith {

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    private Tenant tenant;
    private TestDatabase target;

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        tenant.everything();
        target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRUNCATE users",
                "DROP TABLE users",
                "DROP TABLE users, teams, _external_db_sync_metadata CASCADE",
                "DROP TABLE _external_db_sync_metadata CASCADE",
                "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
                "ALTER TABLE users DROP COLUMN server_metadata",
                "CREATE VIEW names AS SELECT display_name FROM users; DROP TABLE users CASCADE",
                "CREATE VIEW names AS SELECT display_name FROM users; ALTER TABLE users DROP COLUMN display_name CASCADE",
                "ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (id, signed_up_at)",
                "COMMENT ON TABLE users IS NULL; DROP TABLE users",
                "TRUNCATE users, teams, team_member_profiles, _external_db_sync_metadata",
                "ALTER TABLE users RENAME TO old_users",
                "ALTER TABLE users ALTER COLUMN server_metadata DROP NOT NULL",
                "UPDATE _external_db_sync_metadata SET last_synced_sequence_id = 1",
                "UPDATE _external_db_sync_metadata SET last_synced_sequence_id = 9000000000000",
                "DELETE FROM _external_db_sync_metadata"
            })
    void andTheNextChangePutsItRight(String tampering) {
        target.execute(tampering);

        tenant.user("The next change");

        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void aColumnThatWasRenamedIsMadeAnewAndTheRenamedOneStays() {
        target.execute("ALTER TABLE users RENAME COLUMN client_metadata TO our_metadata");

        tenant.user("The next change");

        Eventually.holds(
                () -> assertThat(target.queryLong("SELECT count(*) FROM users WHERE client_metadata IS NOT NULL"))
                        .isEqualTo(6));
        assertThat(target.queryLong("SELECT count(*) FROM users WHERE our_metadata IS NOT NULL"))
                .isEqualTo(5);
        target.execute("ALTER TABLE users DROP COLUMN our_metadata");
        Oracle.awaitEqual(tenant, target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE users ALTER COLUMN is_anonymous TYPE text",
                "ALTER TABLE users DROP CONSTRAINT users_pkey"
            })
    void aTableOfAnotherTypeOrKeyIsMendedInPlaceAndCopiedAgain(String alteration) {
        target.execute("CREATE VIEW names AS SELECT display_name FROM users", alteration);
        tenant.user("The next change");

        Oracle.awaitEqual(tenant, target);

        assertThat(target.queryLong("SELECT count(*) FROM names")).isEqualTo(6);
    }

    @Test
    void aTableThatCannotBeMendedIsLeftAloneUntilItIsDropped() {
        target.execute(
                "ALTER TABLE users ALTER COLUMN is_anonymous TYPE text",
                "CREATE VIEW anonymous AS SELECT is_anonymous FROM users");
        tenant.user("The next change");
        Eventually.holds(() -> {
            JsonNode error = mapping("users").path("error");
            assertThat(error.path("code").asText()).isEqualTo("TARGET_TABLE_ALTERED");
            assertThat(error.path("remedy").asText()).contains("Drop that table");
        });
        assertThat(target.queryLong("SELECT count(*) FROM users")).isEqualTo(5);

        target.execute("DROP TABLE users CASCADE");
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void aConstraintThatRefusesRowsIsToldAndRowsComeOnceItIsGone() {
        target.execute("ALTER TABLE users ADD CONSTRAINT short_names CHECK (length(display_name) < 20)");
        tenant.user("A name of more than twenty letters");

        Eventually.holds(() -> {
            JsonNode error = mapping("users").path("error");
            assertThat(error.path("code").asText()).isEqualTo("TARGET_ROW_REFUSED");
            assertThat(error.path("message").asText()).doesNotContain("more than twenty letters");
        });
        tenant.team("Teams go on");
        Eventually.holds(
                () -> assertThat(Oracle.actual(target, "public", "teams")).isEqualTo(Oracle.expected(tenant, "teams")));

        target.execute("ALTER TABLE users DROP CONSTRAINT short_names");
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void columnsIndexesAndViewsOfTheTenantsOwnAreLeftAlone() {
        target.execute(
                "ALTER TABLE users ADD COLUMN note text",
                "CREATE INDEX by_name ON users (display_name)",
                "CREATE VIEW named AS SELECT id, display_name, note FROM users",
                "UPDATE users SET note = 'mine'");
        UUID user = tenant.user("Noted");
        tenant.rename(user, "Noted again");

        Eventually.holds(
                () -> assertThat(target.queryLong("SELECT count(*) FROM named WHERE display_name = 'Noted again'"))
                        .isOne());
        assertThat(target.queryLong("SELECT count(*) FROM named WHERE note = 'mine'"))
                .isEqualTo(5);
    }

    private JsonNode mapping(String id) {
        for (JsonNode mapping :
                installation.admin().status(tenant.id()).at("/sync_engine/external_databases/0/mapping_status")) {
            if (mapping.path("mapping_id").asText().equals(id)) {
                return mapping;
            }
        }
        throw new IllegalStateException("The status has no mapping " + id);
    }
}
