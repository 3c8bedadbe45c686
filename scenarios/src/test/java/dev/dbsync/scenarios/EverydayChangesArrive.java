package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EverydayChangesArrive {

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

    @Test
    void anInsertAnUpdateAndADelete() {
        UUID user = tenant.user("Ada");
        Eventually.holds(() -> assertThat(names()).isEqualTo("Ada"));

        tenant.rename(user, "Ada Lovelace");
        Eventually.holds(() -> assertThat(names()).isEqualTo("Ada Lovelace"));

        tenant.removeUser(user);
        Eventually.holds(() -> assertThat(names()).isNull());
    }

    @Test
    void aDeletedUserTakesAlongWhatHangsOnIt() {
        tenant.everything();
        Oracle.awaitEqual(tenant, target);
        assertThat(rows("contact_channels")).isEqualTo(8);

        execute("DELETE FROM \"ProjectUser\" WHERE \"tenancyId\" = ? AND \"displayName\" = 'Full 1'", tenant.id());

        Oracle.awaitEqual(tenant, target);
        assertThat(rows("users")).isEqualTo(4);
        assertThat(rows("contact_channels")).isEqualTo(6);
        assertThat(rows("team_member_profiles")).isEqualTo(8);
        assertThat(rows("team_permissions")).isEqualTo(16);
        assertThat(rows("project_permissions")).isEqualTo(4);
        assertThat(rows("notification_preferences")).isEqualTo(4);
        assertThat(rows("refresh_tokens")).isEqualTo(4);
        assertThat(rows("connected_accounts")).isEqualTo(4);
        assertThat(rows("teams")).isEqualTo(2);
    }

    @Test
    void theEndOfATenancyEmptiesItsTables() {
        tenant.everything();
        Oracle.awaitEqual(tenant, target);

        execute("DELETE FROM \"Tenancy\" WHERE \"id\" = ?", tenant.id());

        Eventually.holds(() -> assertThat(Oracle.MAPPINGS)
                .allSatisfy(mapping -> assertThat(rows(mapping)).as(mapping).isZero()));
    }

    @Test
    void aChangedPrimaryAddressShowsInTheUser() {
        UUID user = tenant.user("Grace");
        tenant.email(user, "grace@navy.example");
        Eventually.holds(() -> assertThat(addresses()).isEqualTo("grace@navy.example"));

        tenant.email(user, "hopper@navy.example");
        Eventually.holds(() -> assertThat(addresses()).isEqualTo("hopper@navy.example"));

        execute("DELETE FROM \"ContactChannel\" WHERE \"projectUserId\" = ?", user);
        Oracle.awaitEqual(tenant, target);
        assertThat(addresses()).isNull();
        assertThat(names()).isEqualTo("Grace");
    }

    @Test
    void anAddressThatMovesToAnotherUserShowsInBoth() {
        UUID from = tenant.user("From");
        UUID to = tenant.user("To");
        tenant.email(from, "moving@example.org");
        Oracle.awaitEqual(tenant, target);

        execute("UPDATE \"ContactChannel\" SET \"projectUserId\" = ? WHERE \"projectUserId\" = ?", to, from);

        Oracle.awaitEqual(tenant, target);
        assertThat(target.queryText("SELECT display_name FROM users WHERE primary_email = 'moving@example.org'"))
                .isEqualTo("To");
    }

    @Test
    void aRenamedTeamShowsInItsInvitations() {
        UUID team = tenant.team("Research");
        tenant.invitation(team, "guest@example.org");
        Eventually.holds(() -> assertThat(invitedTo()).isEqualTo("Research"));

        tenant.renameTeam(team, "Research & Development");
        Eventually.holds(() -> assertThat(invitedTo()).isEqualTo("Research & Development"));

        execute("DELETE FROM \"Team\" WHERE \"teamId\" = ?", team);
        Oracle.awaitEqual(tenant, target);
        assertThat(rows("team_invitations")).isZero();
    }

    @Test
    void anInvitationThatWasThereBeforeItsTeamAppearsWithTheTeam() {
        UUID team = UUID.randomUUID();
        tenant.invitation(team, "early@example.org");
        execute(
                "INSERT INTO \"Team\" (\"tenancyId\", \"teamId\", \"displayName\") VALUES (?, ?, 'Late')",
                tenant.id(),
                team);

        Eventually.holds(() -> assertThat(invitedTo()).isEqualTo("Late"));
    }

    @Test
    void aWithdrawnInvitationGoes() {
        UUID team = tenant.team("Research");
        UUID withdrawn = tenant.invitation(team, "withdrawn@example.org");
        UUID used = tenant.invitation(team, "used@example.org");
        tenant.invitation(team, "open@example.org");
        Eventually.holds(() -> assertThat(rows("team_invitations")).isEqualTo(3));

        execute("DELETE FROM \"VerificationCode\" WHERE \"id\" = ?", withdrawn);
        execute("UPDATE \"VerificationCode\" SET \"type\" = 'PASSWORD_RESET' WHERE \"id\" = ?", used);

        Eventually.holds(
                () -> assertThat(target.queryText("SELECT string_agg(recipient_email, ',') FROM team_invitations"))
                        .isEqualTo("open@example.org"));
    }

    @Test
    void theLastOfManyUpdatesWins() throws SQLException {
        UUID user = tenant.user("0");
        try (Connection connection = installation.internal().connect();
                var update = connection.prepareStatement(
                        "UPDATE \"ProjectUser\" SET \"displayName\" = ? WHERE \"projectUserId\" = ?")) {
            for (int i = 1; i <= 300; i++) {
                update.setString(1, Integer.toString(i));
                update.setObject(2, user);
                update.executeUpdate();
            }
        }

        Eventually.holds(() -> assertThat(names()).isEqualTo("300"));
    }

    @Test
    void aChangedKeyIsARowThatWentAndOneThatCame() {
        UUID before = tenant.user("Renumbered");
        Eventually.holds(() -> assertThat(rows("users")).isOne());
        UUID after = UUID.randomUUID();

        execute("UPDATE \"ProjectUser\" SET \"projectUserId\" = ? WHERE \"projectUserId\" = ?", after, before);

        Oracle.awaitEqual(tenant, target);
        assertThat(target.queryText("SELECT id FROM users")).isEqualTo(after.toString());
    }

    @Test
    void aRowThatMovesToAnotherTenancyLeavesTheFirst() {
        Tenant other = installation.tenant();
        TestDatabase otherTarget = other.connected();
        UUID team = tenant.team("Nomads");
        Oracle.awaitEqual(tenant, target);
        Oracle.awaitEqual(other, otherTarget);

        execute("UPDATE \"Team\" SET \"tenancyId\" = ? WHERE \"teamId\" = ?", other.id(), team);

        Oracle.awaitEqual(tenant, target);
        Oracle.awaitEqual(other, otherTarget);
        assertThat(rows("teams")).isZero();
        assertThat(otherTarget.queryLong("SELECT count(*) FROM teams")).isOne();
    }

    @Test
    void aTruncatedTableIsEmptiedAndFollowedOn() {
        tenant.everything();
        Oracle.awaitEqual(tenant, target);
        assertThat(rows("connected_accounts")).isEqualTo(5);

        installation.internal().execute("TRUNCATE \"ProjectUserOAuthAccount\"");
        Eventually.holds(() -> assertThat(rows("connected_accounts")).isZero());

        execute("""
                INSERT INTO "ProjectUserOAuthAccount" ("tenancyId", "projectUserId", "configOAuthProviderId")
                SELECT "tenancyId", "projectUserId", 'afterwards' FROM "ProjectUser" WHERE "tenancyId" = ?
                """, tenant.id());
        Oracle.awaitEqual(tenant, target);
        assertThat(rows("connected_accounts")).isEqualTo(5);
    }

    @Test
    void whatIsNotCommittedIsNotExported() throws SQLException {
        UUID user = tenant.user("Committed");
        Eventually.holds(() -> assertThat(names()).isEqualTo("Committed"));

        try (Connection open = installation.internal().connect();
                var statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute(
                    "UPDATE \"ProjectUser\" SET \"displayName\" = 'Open' WHERE \"projectUserId\" = '" + user + "'");
            // What was committed later arrives, so that everything before has had its chance.
            tenant.user("Later");
            Eventually.holds(() -> assertThat(rows("users")).isEqualTo(2));
            assertThat(names()).isEqualTo("Committed,Later");
            open.commit();
        }

        Eventually.holds(() -> assertThat(names()).isEqualTo("Later,Open"));
    }

    @Test
    void whatIsRolledBackIsNeverExported() throws SQLException {
        try (Connection open = installation.internal().connect();
                var statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("INSERT INTO \"ProjectUser\" (\"tenancyId\", \"projectUserId\") VALUES ('" + tenant.id()
                    + "', gen_random_uuid())");
            open.rollback();
        }
        tenant.user("Kept");

        Eventually.holds(() -> assertThat(names()).isEqualTo("Kept"));
        assertThat(rows("users")).isOne();
    }

    @Test
    void upsertsMergesAndCopiesAreSeenLikeAnyOtherWrite() {
        UUID user = tenant.user("Before");
        execute("""
                INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName") VALUES (?, ?, 'Upserted')
                ON CONFLICT ("tenancyId", "projectUserId") DO UPDATE SET "displayName" = excluded."displayName"
                """, tenant.id(), user);
        Eventually.holds(() -> assertThat(names()).isEqualTo("Upserted"));

        installation.internal().execute("""
                WITH moved AS (DELETE FROM "ProjectUser" WHERE "projectUserId" = '%s' RETURNING *)
                INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName")
                SELECT "tenancyId", gen_random_uuid(), 'Moved by a CTE' FROM moved
                """.formatted(user));
        Eventually.holds(() -> assertThat(names()).isEqualTo("Moved by a CTE"));
    }

    private String names() {
        return target.queryText("SELECT string_agg(display_name, ',' ORDER BY display_name) FROM users");
    }

    private String addresses() {
        return target.queryText("SELECT string_agg(primary_email, ',') FROM users");
    }

    private String invitedTo() {
        return target.queryText("SELECT string_agg(team_display_name, ',') FROM team_invitations");
    }

    private long rows(String table) {
        return target.queryLong("SELECT count(*) FROM " + table);
    }

    private static void execute(String sql, Object... parameters) {
        installation.internal().update(sql, parameters);
    }
}
