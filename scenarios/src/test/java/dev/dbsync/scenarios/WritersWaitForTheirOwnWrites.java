package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Somebody writes, takes the token inside the transaction, waits and reads in the target what was written: at once, since the
 * answer is that it is there. Beside it an application writes, and services are killed.
 */
@Tag("soak")
class WritersWaitForTheirOwnWrites {

    private static final Duration START = Duration.ofSeconds(180);
    private static final int ROUNDS_PER_SERVICE = 12;
    private static final int TIMEOUT_MILLIS = 5_000;

    @RegisterExtension
    static final Installation installation =
            Installation.with(builder -> builder.environment(Service.POLLER, "DBSYNC_POLLER_LEASE", "2s"));

    private Tenant tenant;
    private TestDatabase target;
    private int answered;

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void andReadThemUnderLoadWhileServicesAreKilled() throws SQLException {
        try (var application = Application.writing(2, List.of(tenant));
                Connection writer = installation.internal().connect()) {
            writer.setAutoCommit(false);
            rounds(writer);
            for (Service service : Service.values()) {
                ServiceProcess victim = installation.service(service);
                victim.kill();
                victim.start();
                rounds(writer);
                victim.awaitReady(START);
            }
            application.awaitTransactions(20);
        }
        assertThat(answered).isEqualTo((1 + Service.values().length) * ROUNDS_PER_SERVICE);
        Oracle.awaitEqual(tenant, target);
    }

    private void rounds(Connection writer) throws SQLException {
        for (int i = 0; i < ROUNDS_PER_SERVICE; i++) {
            round(writer, i);
            answered++;
        }
    }

    /** A user comes and gets an address, is renamed and goes; a team's new name shows in its invitations. */
    private void round(Connection writer, int number) throws SQLException {
        UUID user = UUID.randomUUID();
        UUID team = UUID.randomUUID();
        UUID invitation = UUID.randomUUID();
        String of = "\"tenancyId\" = '" + tenant.id() + "' AND \"projectUserId\" = '" + user + "'";
        waitFor(commit(
                writer,
                number,
                "INSERT INTO \"ProjectUser\" (\"tenancyId\", \"projectUserId\", \"displayName\") VALUES ('"
                        + tenant.id() + "', '" + user + "', 'mine')",
                "INSERT INTO \"ContactChannel\" (\"tenancyId\", \"projectUserId\", \"value\", \"isPrimary\") VALUES ('"
                        + tenant.id() + "', '" + user + "', 'mine@example.org', 'TRUE')",
                "INSERT INTO \"Team\" (\"tenancyId\", \"teamId\", \"displayName\") VALUES ('" + tenant.id() + "', '"
                        + team + "', 'before')",
                "INSERT INTO \"VerificationCode\" (\"projectId\", \"branchId\", \"id\", \"type\", \"data\", \"method\") VALUES ('"
                        + tenant.project() + "', '" + tenant.branch() + "', '" + invitation
                        + "', 'TEAM_INVITATION', jsonb_build_object('team_id', '" + team
                        + "'), '{\"email\": \"guest@example.org\"}')"));
        assertThat(target.queryText("SELECT display_name || primary_email FROM users WHERE id = ?", user))
                .isEqualTo("minemine@example.org");
        assertThat(invited(invitation)).isEqualTo("before");

        waitFor(commit(
                writer,
                number,
                "SAVEPOINT s",
                "UPDATE \"ProjectUser\" SET \"displayName\" = 'renamed' WHERE " + of,
                "RELEASE SAVEPOINT s",
                "UPDATE \"Team\" SET \"displayName\" = 'after' WHERE \"teamId\" = '" + team + "'"));
        assertThat(target.queryText("SELECT display_name FROM users WHERE id = ?", user))
                .isEqualTo("renamed");
        assertThat(invited(invitation)).isEqualTo("after");

        waitFor(commit(writer, number, "DELETE FROM \"ProjectUser\" WHERE " + of));
        assertThat(target.queryLong("SELECT count(*) FROM users WHERE id = ?", user))
                .isZero();
    }

    private String invited(UUID invitation) {
        return target.queryText("SELECT team_display_name FROM team_invitations WHERE id = ?", invitation);
    }

    /** @return the transaction's token, now with its history and now without */
    private static String commit(Connection writer, int number, String... statements) throws SQLException {
        try (Statement statement = writer.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            String token = number % 2 == 0 ? "dbsync.sync_token()" : "pg_current_xact_id()::text";
            try (ResultSet row = statement.executeQuery("SELECT " + token)) {
                row.next();
                String taken = row.getString(1);
                writer.commit();
                return taken;
            }
        }
    }

    /** Asks again while the engine is down, or cannot say yet. */
    private void waitFor(String token) {
        ApiClient admin = installation.admin();
        String path = ApiClient.pathOf(tenant.id(), "main") + "/wait?timeout=" + TIMEOUT_MILLIS + "&token=" + token;
        Eventually.holdsWithin(START, () -> assertThat(answer(admin, path)).isEqualTo("reached"));
    }

    private static String answer(ApiClient admin, String path) {
        try {
            JsonNode body = admin.get(path).expectSuccess().body();
            return body.path("reached").asBoolean()
                    ? "reached"
                    : body.path("reason").toString();
        } catch (UncheckedIOException | IllegalStateException e) {
            return "the engine is down: " + e.getMessage();
        }
    }
}
