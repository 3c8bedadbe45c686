package dev.dbsync.sequencer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CaptureInstallerTest {

    private static final String TRIGGERS =
            "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'dbsync\\_capture\\_%' AND tgenabled = 'A'";

    @RegisterExtension
    static final CapturedDatabase captured = new CapturedDatabase();

    private final TestDatabase database = captured.database();

    @AfterEach
    void putBack() throws SQLException {
        captured.installer().runOnce(captured.mappings());
    }

    @Test
    void everyTableThatAMappingReadsIsCaptured() {
        assertThat(captured.firstInstallation().postponed()).isEmpty();
        assertThat(captured.firstInstallation().installed())
                .containsExactlyInAnyOrder(
                        "ProjectUser",
                        "ContactChannel",
                        "Team",
                        "TeamMember",
                        "TeamMemberDirectPermission",
                        "ProjectUserDirectPermission",
                        "VerificationCode",
                        "EmailOutbox",
                        "UserNotificationPreference",
                        "ProjectUserRefreshToken",
                        "ProjectUserOAuthAccount",
                        "Tenancy",
                        "odd.schema.we\"ird.Table",
                        "orders",
                        "order_lines");
        assertThat(database.queryLong(TRIGGERS)).isEqualTo(15 * 4);
    }

    @Test
    void whatIsInstalledIsLeftAloneWithoutALock() throws SQLException {
        try (Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("LOCK TABLE public.orders IN ACCESS EXCLUSIVE MODE");

            var again = captured.installer().runOnce(captured.mappings());

            assertThat(again.installed()).isEmpty();
            assertThat(again.postponed()).isEmpty();
        }
        assertThat(captured.generations()).isEmpty();
    }

    @Test
    void aMissingOrDisabledTriggerIsPutBackWithANewGeneration() throws SQLException {
        database.execute(
                "DROP TRIGGER dbsync_capture_delete ON public.orders",
                "ALTER TABLE public.order_lines DISABLE TRIGGER dbsync_capture_update");

        assertThat(captured.installer().runOnce(captured.mappings()).installed())
                .containsExactlyInAnyOrder("orders", "order_lines");
        assertThat(captured.generations()).containsExactlyInAnyOrder("orders installed", "order_lines installed");
        assertThat(database.queryLong(TRIGGERS)).isEqualTo(15 * 4);
    }

    @Test
    void aTableThatWasMadeAnewIsCapturedAgain() throws SQLException {
        database.execute(
                "DROP TABLE public.order_lines", "CREATE TABLE public.order_lines (id int, order_id int, text text)");

        assertThat(captured.installer().runOnce(captured.mappings()).installed())
                .containsExactly("order_lines");

        database.execute("INSERT INTO public.order_lines VALUES (1, 2, 'x')");
        assertThat(captured.pending()).containsExactly("orders#order_lines {\"order_id\": 2}");
    }

    @Test
    void aTableThatALongTransactionHoldsIsPostponedAndTheOthersAreDone() throws SQLException {
        database.execute("SELECT dbsync.remove_capture()");
        try (Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO public.orders VALUES (1, NULL)");

            var installation = captured.installer().runOnce(captured.mappings());

            assertThat(installation.installed()).hasSize(14).doesNotContain("orders");
            assertThat(installation.postponed()).singleElement().asString().contains("orders", "lock timeout");
        }
        assertThat(captured.installer().runOnce(captured.mappings()).installed())
                .containsExactly("orders");
    }

    @Test
    void replicasMayInstallAtOnceWhileTheApplicationWrites() throws Exception {
        database.execute("SELECT dbsync.remove_capture()");
        var done = new AtomicBoolean();
        var writer = CompletableFuture.runAsync(() -> {
            for (int i = 1000; !done.get(); i++) {
                database.execute("INSERT INTO public.orders VALUES (" + i + ", '" + captured.tenancy() + "')");
            }
        });
        var replicas = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return new CaptureInstaller(captured.dataSource()).runOnce(captured.mappings());
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        var installed = replicas.stream()
                .map(CompletableFuture::join)
                .flatMap(installation -> installation.installed().stream())
                .toList();
        done.set(true);
        writer.get();

        assertThat(installed).hasSize(15).doesNotHaveDuplicates();
        assertThat(database.queryLong(TRIGGERS)).isEqualTo(15 * 4);
    }

    @Test
    void aReplicaWithFewerMappingsTakesNothingAway() throws SQLException {
        List<BoundMapping> fewer = captured.mappings().stream()
                .filter(bound -> bound.mapping().origin().builtIn())
                .filter(bound -> !bound.id().equals("users"))
                .toList();

        assertThat(captured.installer().runOnce(fewer).installed()).isEmpty();
        captured.newUser(captured.tenancy());
        database.execute("INSERT INTO public.orders VALUES (2000, '" + captured.tenancy() + "')");
        assertThat(captured.changed()).hasSize(2);
    }

    @Test
    void anotherRoleOfATableIsAddedToTheOnesItHas() throws SQLException {
        database.execute("SELECT dbsync.remove_capture()");
        List<BoundMapping> teams = captured.mappings().stream()
                .filter(bound -> bound.id().equals("teams"))
                .toList();
        List<BoundMapping> invitations = captured.mappings().stream()
                .filter(bound -> bound.id().equals("team_invitations"))
                .toList();
        captured.installer().runOnce(teams);
        assertThat(captured.installer().runOnce(invitations).installed()).contains("Team");

        captured.newTeam(captured.tenancy());

        assertThat(captured.changed()).hasSize(1);
        assertThat(captured.pending()).hasSize(1);
    }

    @Test
    void captureIsRemovedByOneCall() {
        database.execute("SELECT dbsync.remove_capture()");

        assertThat(database.queryLong("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'dbsync%'"))
                .isZero();
        database.execute("INSERT INTO public.orders VALUES (3000, '" + captured.tenancy() + "')");
        assertThat(captured.changed()).isEmpty();
    }

    @Test
    void aRoleThatDoesNotOwnTheTablesCanInstallAndRemove() throws SQLException {
        String role = "sync_" + database.name();
        database.server().createRole(role, "secret");
        database.execute("SELECT dbsync.remove_capture()");
        try {
            database.execute(
                    "GRANT USAGE, CREATE ON SCHEMA dbsync TO " + role,
                    "GRANT USAGE ON SCHEMA \"odd.schema\" TO " + role,
                    "GRANT SELECT, TRIGGER ON ALL TABLES IN SCHEMA public, \"odd.schema\" TO " + role,
                    "GRANT ALL ON ALL TABLES IN SCHEMA dbsync TO " + role,
                    "ALTER TABLE dbsync.\"DeletedRow\" OWNER TO " + role);
            var installer = new CaptureInstaller(CapturedDatabase.dataSource(database.as(role, "secret")));

            assertThat(installer.runOnce(captured.mappings()).installed()).hasSize(15);
            assertThat(installer.runOnce(captured.mappings()).installed()).isEmpty();

            captured.newUser(captured.tenancy());
            assertThat(captured.changed()).hasSize(1);
        } finally {
            database.execute(
                    "SELECT dbsync.remove_capture()",
                    "REASSIGN OWNED BY " + role + " TO CURRENT_USER",
                    "DROP OWNED BY " + role,
                    "DROP ROLE " + role);
        }
    }

    @Test
    void theTriggerThatEarlierVersionsHadForChangedKeysIsTakenAway() throws SQLException {
        database.execute(
                "CREATE TRIGGER dbsync_capture_rekey AFTER UPDATE ON public.\"Team\" FOR EACH ROW"
                        + " EXECUTE FUNCTION dbsync.log_deleted_row('Team', 'of an earlier version')",
                "DROP TRIGGER dbsync_capture_update ON public.\"Team\"");

        assertThat(captured.installer().runOnce(captured.mappings()).installed())
                .containsExactly("Team");

        assertThat(database.queryLong("SELECT count(*) FROM pg_trigger WHERE tgname = 'dbsync_capture_rekey'"))
                .isZero();
    }
}
