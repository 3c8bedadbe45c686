package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.TestDatabase;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens to one key while the sequencer is switched off, and so before any of it has an id. */
class ChangesBeforeSequencingArrive {

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    private Tenant tenant;
    private TestDatabase target;

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
    }

    @AfterEach
    void leaveTheSequencerOn() {
        sequencer(true);
    }

    @Test
    void aRowInsertedAndDeletedNeverAppears() {
        sequencer(false);
        tenant.removeUser(tenant.user("Ghost"));
        tenant.user("Alive");
        sequencer(true);

        Eventually.holds(() -> assertThat(names()).isEqualTo("Alive"));
        Oracle.assertEqual(tenant, target);
    }

    @Test
    void aKeyDeletedAndInsertedAgainIsTheNewRow() {
        UUID user = tenant.user("First");
        Eventually.holds(() -> assertThat(names()).isEqualTo("First"));

        sequencer(false);
        tenant.removeUser(user);
        tenant.user(user, "Second");
        sequencer(true);

        Eventually.holds(() -> assertThat(names()).isEqualTo("Second"));
        Oracle.assertEqual(tenant, target);
    }

    @Test
    void aKeyDeletedInsertedAndDeletedAgainIsGone() {
        UUID user = tenant.user("First");
        Eventually.holds(() -> assertThat(names()).isEqualTo("First"));

        sequencer(false);
        tenant.removeUser(user);
        tenant.user(user, "Second");
        tenant.removeUser(user);
        tenant.user("Other");
        sequencer(true);

        Eventually.holds(() -> assertThat(names()).isEqualTo("Other"));
        Oracle.assertEqual(tenant, target);
    }

    @Test
    void aPermissionTakenAndGivenAgainUnderANewIdStays() {
        UUID user = tenant.user("Member");
        UUID team = tenant.team("Team");
        tenant.member(user, team);
        grant(user, team);
        Oracle.awaitEqual(tenant, target);
        assertThat(target.queryLong("SELECT count(*) FROM team_permissions")).isOne();

        sequencer(false);
        installation.internal().update("DELETE FROM \"TeamMemberDirectPermission\" WHERE \"teamId\" = ?", team);
        grant(user, team);
        sequencer(true);

        Oracle.awaitEqual(tenant, target);
        assertThat(target.queryLong("SELECT count(*) FROM team_permissions")).isOne();
    }

    @Test
    void aRowDeletedBeforeItsDatabaseWasConnectedNeverAppears() {
        Tenant late = installation.tenant();
        late.removeUser(late.user("Gone before"));
        late.user("Stays");

        TestDatabase lateTarget = late.connected();

        Oracle.awaitEqual(late, lateTarget);
        assertThat(lateTarget.queryText("SELECT string_agg(display_name, ',') FROM users"))
                .isEqualTo("Stays");
    }

    private void grant(UUID user, UUID team) {
        installation.internal().update("""
                        INSERT INTO "TeamMemberDirectPermission" ("tenancyId", "projectUserId", "teamId", "permissionId")
                        VALUES (?, ?, ?, 'read')
                        """, tenant.id(), user, team);
    }

    private String names() {
        return target.queryText("SELECT string_agg(display_name, ',' ORDER BY display_name) FROM users");
    }

    private static void sequencer(boolean enabled) {
        installation
                .admin()
                .post("/fusebox", Map.of("sequencer_enabled", enabled, "poller_enabled", true))
                .expectSuccess();
        // It takes effect within 250 ms; the scenarios are right either way, and only harder once it has.
    }
}
