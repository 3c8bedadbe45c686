package dev.dbsync.sequencer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.TestDatabase;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

/** Invariant 1: what the triggers write, on real tables. */
class CaptureTest {

    @RegisterExtension
    static final CapturedDatabase captured = new CapturedDatabase();

    private final TestDatabase database = captured.database();
    private final UUID tenancy = captured.tenancy();

    @Test
    void anInsertLogsTheNewKey() {
        UUID user = captured.newUser(tenancy);

        assertThat(captured.changed()).containsExactly(userEntry(tenancy, user));
        assertThat(captured.deleted()).isEmpty();
    }

    @Test
    void anUpdateLogsTheKeyOnce() {
        UUID user = loggedUser();

        database.update("UPDATE \"ProjectUser\" SET \"displayName\" = 'Grace' WHERE \"projectUserId\" = ?", user);

        assertThat(captured.changed()).containsExactly(userEntry(tenancy, user));
        assertThat(captured.deleted()).isEmpty();
    }

    @Test
    void anUpdateThatChangesNothingLogsNothing() {
        UUID user = loggedUser();

        database.update(
                "UPDATE \"ProjectUser\" SET \"displayName\" = \"displayName\" WHERE \"projectUserId\" = ?", user);

        assertThat(captured.changed()).isEmpty();
    }

    @Test
    void everyChangeIsLoggedAlsoWhileAnEntryOfTheKeyWaits() {
        UUID user = loggedUser();

        database.update("UPDATE \"ProjectUser\" SET \"displayName\" = 'B' WHERE \"projectUserId\" = ?", user);
        database.update("UPDATE \"ProjectUser\" SET \"displayName\" = 'C' WHERE \"projectUserId\" = ?", user);

        assertThat(captured.changed()).hasSize(2);
    }

    @Test
    void aDeleteLogsATombstoneWithTheTargetKeysColumnsOnly() {
        UUID user = loggedUser();

        database.update("DELETE FROM \"ProjectUser\" WHERE \"projectUserId\" = ?", user);

        assertThat(captured.deleted())
                .containsExactly(userEntry(tenancy, user) + " {\"projectUserId\": \"" + user + "\"}");
    }

    @Test
    void aDeleteOfAKeyThatWasNeverSequencedIsLogged() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO public.orders VALUES (1, '" + tenancy + "')");
            statement.execute("DELETE FROM public.orders WHERE id = 1");
            connection.commit();
        }
        assertThat(captured.changed()).hasSize(1);
        assertThat(captured.deleted()).hasSize(1);
    }

    @Test
    void aCascadeLogsEveryRowItReaches() {
        UUID user = captured.newUser(tenancy);
        database.update(
                "INSERT INTO \"ContactChannel\" (\"tenancyId\", \"projectUserId\", \"value\") VALUES (?, ?, 'a@b.c')",
                tenancy,
                user);
        database.update(
                "INSERT INTO \"ProjectUserRefreshToken\" (\"tenancyId\", \"projectUserId\") VALUES (?, ?)",
                tenancy,
                user);
        captured.forget();

        database.update("DELETE FROM \"ProjectUser\" WHERE \"projectUserId\" = ?", user);

        assertThat(captured.deleted())
                .extracting(entry -> entry.split(" ")[1])
                .containsExactlyInAnyOrder("ProjectUser", "ContactChannel", "ProjectUserRefreshToken");
        assertThat(String.join("", captured.deleted())).doesNotContain("refreshToken", "a@b.c");
    }

    @Test
    void anUpsertLogsWhicheverItDid() {
        String upsert = "INSERT INTO public.orders VALUES (2, '" + tenancy
                + "', 'x') ON CONFLICT (id) DO UPDATE SET customer = orders.customer || 'y'";
        database.execute(upsert, upsert);

        assertThat(captured.changed()).hasSize(2);
    }

    @Test
    void aMergeLogsItsInsertsUpdatesAndDeletes() {
        database.execute("INSERT INTO public.orders VALUES (10, '" + tenancy + "'), (11, '" + tenancy + "')");
        captured.forget();
        if (database.queryLong("SELECT current_setting('server_version_num')::int") < 150000) {
            return;
        }
        database.execute("""
                MERGE INTO public.orders AS o USING (VALUES (10), (11), (12)) AS v (id) ON o.id = v.id
                WHEN MATCHED AND v.id = 10 THEN DELETE
                WHEN MATCHED THEN UPDATE SET note = 'merged'
                WHEN NOT MATCHED THEN INSERT (id, tenancy) VALUES (v.id, '%s')
                """.formatted(tenancy));

        assertThat(captured.changed())
                .containsExactlyInAnyOrder(tenancy + " orders {\"id\": 11}", tenancy + " orders {\"id\": 12}");
        assertThat(captured.deleted()).containsExactly(tenancy + " orders {\"id\": 10} {\"id\": 10}");
    }

    @Test
    void copyLogsEveryRow() throws Exception {
        try (Connection connection = database.connect()) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "COPY public.orders (id, tenancy) FROM STDIN",
                            new StringReader("20\t" + tenancy + "\n21\t" + tenancy + "\n"));
        }
        assertThat(captured.changed()).hasSize(2);
    }

    @Test
    void aTruncateBeginsANewGeneration() {
        database.execute("TRUNCATE public.order_lines");

        assertThat(captured.generations()).containsExactly("order_lines truncated");
    }

    @Test
    void aChangedKeyLogsTheOldOneAsDeletedAndTheNewOneAsChanged() {
        database.execute("INSERT INTO public.orders VALUES (30, '" + tenancy + "')");
        captured.forget();

        database.execute("UPDATE public.orders SET id = 31 WHERE id = 30");

        assertThat(captured.changed()).containsExactly(tenancy + " orders {\"id\": 31}");
        assertThat(captured.deleted()).containsExactly(tenancy + " orders {\"id\": 30} {\"id\": 30}");
    }

    @Test
    void aRowThatMovesToAnotherTenancyIsDeletedInTheFirst() {
        database.execute("INSERT INTO public.orders VALUES (32, '" + tenancy + "')");
        captured.forget();

        database.update("UPDATE public.orders SET tenancy = ? WHERE id = 32", captured.otherTenancy());

        assertThat(captured.changed()).containsExactly(captured.otherTenancy() + " orders {\"id\": 32}");
        assertThat(captured.deleted()).containsExactly(tenancy + " orders {\"id\": 32} {\"id\": 32}");
    }

    @Test
    void aTargetKeyColumnThatChangesIsATombstoneOfItsOldValue() {
        database.execute("INSERT INTO \"odd.schema\".\"we\"\"ird.Table\" VALUES (5, '" + tenancy + "', 'it''s')");
        captured.forget();

        database.execute(
                "UPDATE \"odd.schema\".\"we\"\"ird.Table\" SET \"back\\slash\" = 'new' WHERE \"the \"\"id\" = 5");

        assertThat(captured.deleted())
                .containsExactly(
                        tenancy + " odd.schema.we\"ird.Table {\"the \\\"id\": 5} {\"back\\\\slash\": \"it's\"}");
        assertThat(captured.changed()).containsExactly(tenancy + " odd.schema.we\"ird.Table {\"the \\\"id\": 5}");
    }

    @Test
    void aRowWithoutTenancyLogsNothingAndFailsNothing() {
        database.execute(
                "INSERT INTO public.orders VALUES (40, NULL)",
                "UPDATE public.orders SET note = 'x' WHERE id = 40",
                "DELETE FROM public.orders WHERE id = 40");

        assertThat(captured.changed()).isEmpty();
        assertThat(captured.deleted()).isEmpty();
    }

    @Test
    void whatIsRolledBackLogsNothing() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO public.orders VALUES (50, '" + tenancy + "')");
            connection.rollback();
        }
        assertThat(captured.changed()).isEmpty();
    }

    @Test
    void aReplicatingSessionIsCapturedToo() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            statement.execute("INSERT INTO public.orders VALUES (60, '" + tenancy + "')");
        }
        assertThat(captured.changed()).hasSize(1);
    }

    @Test
    void anApplicationWithoutAnyRightOnOurSchemaCanWrite() {
        String role = "app_" + database.name();
        database.server().createRole(role, "secret");
        try {
            database.execute("GRANT ALL ON public.orders TO " + role, "GRANT ALL ON public.order_lines TO " + role);
            TestDatabase application = database.as(role, "secret");
            application.execute(
                    "INSERT INTO public.orders VALUES (70, '" + tenancy + "')",
                    "UPDATE public.orders SET note = 'x' WHERE id = 70",
                    "DELETE FROM public.orders WHERE id = 70",
                    "TRUNCATE public.order_lines");

            assertThat(captured.changed()).hasSize(2);
            assertThat(captured.deleted()).hasSize(1);
        } finally {
            database.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
        }
    }

    @Test
    void aSearchPathOfTheApplicationLeadsNobodyAstray() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE \"ChangedRow\" (a int)");
            statement.execute("SET search_path = pg_temp, public");
            statement.execute("INSERT INTO public.orders VALUES (80, '" + tenancy + "')");
        }
        assertThat(captured.changed()).hasSize(1);
    }

    @Test
    void aContactChannelLogsTheUserItBelongsTo() {
        UUID user = loggedUser();
        UUID other = loggedUser();
        database.update(
                "INSERT INTO \"ContactChannel\" (\"tenancyId\", \"projectUserId\", \"value\") VALUES (?, ?, 'a@b.c')",
                tenancy,
                user);
        assertThat(captured.changed()).contains(userEntry(tenancy, user)).hasSize(2);
        captured.forget();

        database.update("UPDATE \"ContactChannel\" SET \"value\" = 'd@e.f' WHERE \"projectUserId\" = ?", user);
        assertThat(captured.changed()).contains(userEntry(tenancy, user)).hasSize(2);
        captured.forget();

        database.update("UPDATE \"ContactChannel\" SET \"projectUserId\" = ? WHERE \"projectUserId\" = ?", other, user);
        assertThat(captured.changed()).contains(userEntry(tenancy, user), userEntry(tenancy, other));
        captured.forget();

        database.update("DELETE FROM \"ContactChannel\" WHERE \"projectUserId\" = ?", other);
        assertThat(captured.changed()).containsExactly(userEntry(tenancy, other));
    }

    @Test
    void aDependencyThatDoesNotKnowTheTenancyIsLeftToExpansion() {
        database.execute("INSERT INTO public.order_lines VALUES (1, 90, 'x')");
        database.execute("UPDATE public.order_lines SET order_id = 91 WHERE id = 1");

        assertThat(captured.pending())
                .containsExactlyInAnyOrder(
                        "orders#order_lines {\"order_id\": 90}",
                        "orders#order_lines {\"order_id\": 91}",
                        "orders#order_lines {\"order_id\": 90}");
        assertThat(captured.changed()).isEmpty();
    }

    @Test
    void aLongTransactionIsLoggedWhenItCommits() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO public.orders VALUES (100, '" + tenancy + "')");
            database.execute("INSERT INTO public.orders VALUES (101, '" + tenancy + "')");
            assertThat(captured.changed()).hasSize(1);
            connection.commit();
        }
        assertThat(captured.changed()).hasSize(2);
    }

    private UUID loggedUser() {
        UUID user = captured.newUser(tenancy);
        captured.forget();
        return user;
    }

    private static String userEntry(UUID tenancy, UUID user) {
        return tenancy + " ProjectUser {\"tenancyId\": \"" + tenancy + "\", \"projectUserId\": \"" + user + "\"}";
    }
}
