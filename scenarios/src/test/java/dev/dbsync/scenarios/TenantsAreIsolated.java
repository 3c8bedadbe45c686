package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TenantsAreIsolated {

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    @Test
    void eachInItsOwnDatabases() {
        Tenant one = installation.tenant();
        Tenant two = installation.tenant();
        TestDatabase oneMain = one.connected("main");
        TestDatabase oneReports = one.connected("reports");
        TestDatabase twoMain = two.connected("main");

        one.everything();
        two.everything();
        one.user("Only of one");
        two.user("Only of two");

        Oracle.awaitEqual(one, oneMain);
        Oracle.awaitEqual(one, oneReports);
        Oracle.awaitEqual(two, twoMain);
        assertThat(users(oneMain)).contains("Only of one").doesNotContain("Only of two");
        assertThat(users(oneReports)).isEqualTo(users(oneMain));
        assertThat(users(twoMain)).contains("Only of two").doesNotContain("Only of one");
    }

    @Test
    void anInvitationGoesToTheTenancyOfItsProjectAndBranchAlone() {
        Tenant one = installation.tenant();
        Tenant branch = new Tenant(installation, UUID.randomUUID(), one.project(), "preview");
        installation
                .internal()
                .update(
                        "INSERT INTO \"Tenancy\" (\"id\", \"projectId\", \"branchId\") VALUES (?, ?, 'preview')",
                        branch.id(),
                        branch.project());
        TestDatabase target = one.connected();
        TestDatabase branchTarget = branch.connected();
        UUID team = one.team("On main");
        UUID branchTeam = branch.team("On the branch");

        one.invitation(team, "main@example.org");
        branch.invitation(branchTeam, "branch@example.org");
        one.invitation(branchTeam, "a team of the other branch@example.org");

        Oracle.awaitEqual(one, target);
        Oracle.awaitEqual(branch, branchTarget);
        assertThat(recipients(target)).isEqualTo("main@example.org");
        assertThat(recipients(branchTarget)).isEqualTo("branch@example.org");
    }

    @Test
    void twoShareADatabaseBySchemasOfTheirOwn() {
        Tenant one = installation.tenant();
        Tenant two = installation.tenant();
        TestDatabase target = installation.target();
        one.connect("shared", target, Map.of("schema", "one"));
        two.connect("shared", target, Map.of("schema", "Two_2"));

        one.everything();
        two.everything();

        Oracle.awaitEqual(one, target, "one");
        Oracle.awaitEqual(two, target, "Two_2");
        assertThat(target.queryText("SELECT to_regclass('public.users')")).isNull();
    }

    @Test
    void aSecondTenancyInTheSameSchemaIsRefusedAndWritesNothing() {
        Tenant first = installation.tenant();
        Tenant second = installation.tenant();
        first.user("First");
        second.user("Second");
        TestDatabase target = first.connected();
        Oracle.awaitEqual(first, target);

        second.connect("main", target, Map.of());

        Eventually.holds(() -> assertThat(installation
                        .admin()
                        .status(second.id())
                        .at("/sync_engine/external_databases/0/error/code")
                        .asText())
                .isEqualTo("TARGET_SCHEMA_TAKEN"));
        first.user("First again");
        Eventually.holds(() -> Oracle.assertEqual(first, target));
        assertThat(users(target)).containsExactly("First", "First again");
        assertThat(target.queryLong(
                        "SELECT count(*) FROM _external_db_sync_metadata WHERE tenancy_id = ?", second.id()))
                .isZero();
    }

    @Test
    void aTableThatIsNotOursIsNeverWritten() {
        Tenant tenant = installation.tenant();
        tenant.everything();
        TestDatabase target = installation.target();
        target.execute(
                "CREATE TABLE users (id uuid PRIMARY KEY, mine text)",
                "INSERT INTO users VALUES (gen_random_uuid(), 'mine')");

        tenant.connect("main", target, Map.of());

        Eventually.holds(() -> {
            var users = installation.admin().status(tenant.id()).at("/sync_engine/external_databases/0/mapping_status");
            assertThat(users).anySatisfy(mapping -> {
                assertThat(mapping.path("mapping_id").asText()).isEqualTo("users");
                assertThat(mapping.at("/error/code").asText()).isEqualTo("TARGET_TABLE_NOT_OWNED");
            });
        });
        Eventually.holds(() -> assertThat(Oracle.actual(target, "public", "teams"))
                .as("the other mappings go on")
                .isEqualTo(Oracle.expected(tenant, "teams")));
        assertThat(target.query("SELECT mine FROM users")).isEqualTo(List.of(Map.of("mine", "mine")));
    }

    @Test
    void aForgottenDatabaseKeepsItsTablesAndIsWrittenNoMore() {
        Tenant tenant = installation.tenant();
        TestDatabase kept = tenant.connected("kept");
        TestDatabase forgotten = tenant.connected("forgotten");
        tenant.user("Before");
        Oracle.awaitEqual(tenant, kept);
        Oracle.awaitEqual(tenant, forgotten);

        ApiClient admin = installation.admin();
        admin.delete(ApiClient.pathOf(tenant.id(), "forgotten")).expectSuccess();
        assertThat(admin.get(ApiClient.pathOf(tenant.id(), "forgotten")).status())
                .isEqualTo(404);
        tenant.user("After");

        Oracle.awaitEqual(tenant, kept);
        assertThat(users(kept)).containsExactly("After", "Before");
        assertThat(users(forgotten)).containsExactly("Before");
    }

    private static List<String> users(TestDatabase target) {
        return target.query("SELECT coalesce(display_name, '-') AS name FROM public.users ORDER BY 1").stream()
                .map(row -> (String) row.get("name"))
                .toList();
    }

    private static String recipients(TestDatabase target) {
        return target.queryText("SELECT string_agg(recipient_email, ',') FROM team_invitations");
    }
}
