package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.engine.receive.SyncSummary;
import dev.dbsync.engine.secret.ConnectionCipher;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the tenant's view says, and whose it stays. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(TenancySyncServiceTest.SmallPages.class)
class StatusViewTest {

    TestDatabase internal;

    @Inject
    TenancySyncService service;

    @Inject
    ConnectionCipher cipher;

    private final UUID tenancy = UUID.randomUUID();
    private final String role = "viewer_" + tenancy.toString().substring(0, 8);
    private SyncFixture app;
    private TestDatabase target;

    @BeforeEach
    void connect() {
        app = new SyncFixture(internal);
        target = PostgresServer.shared().createDatabase("target");
        PostgresServer.shared().execute("CREATE ROLE " + role);
        app.connect(cipher, tenancy, "main", target, "public");
        internal.update(
                "UPDATE dbsync.\"ExternalDatabase\" SET \"readerRole\" = ? WHERE \"tenancyId\" = ?", role, tenancy);
    }

    @AfterEach
    void drop() {
        internal.update("DELETE FROM dbsync.\"ExternalDatabase\"");
        target.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
        target.drop();
    }

    @Test
    void saysWhatWasAppliedLastAndWhen() {
        change("x");

        assertThat(target.queryText("SELECT mapping || ' ' || state FROM _external_db_sync_status"))
                .isEqualTo("every_type following");
        assertThat(target.queryLong("SELECT last_applied_sequence_id FROM _external_db_sync_status"))
                .isEqualTo(
                        internal.queryLong("SELECT \"lastSyncedSequenceId\" FROM dbsync.\"ExternalDatabaseMapping\""));
        assertThat(target.queryText("SELECT (age BETWEEN '0' AND '1 minute' AND last_applied_at <= now()"
                        + " AND rows_copied = 1 AND verified_at IS NULL)::text FROM _external_db_sync_status"))
                .isEqualTo("true");
    }

    @Test
    void isReadByTheReaderRoleAndNobodyElseAndWrittenByNobody() {
        change("x");

        assertThat(may(role, "SELECT")).isEqualTo("true");
        assertThat(may(role, "INSERT, UPDATE, DELETE")).isEqualTo("false");
        assertThat(may("public", "SELECT")).isEqualTo("false");
    }

    @Test
    void costsAnIdleDatabaseNoWrite() {
        change("x");
        String before = target.queryText("SELECT xmin::text FROM _external_db_sync_metadata");
        long identity = viewOid();

        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 1, 0));

        assertThat(target.queryText("SELECT xmin::text FROM _external_db_sync_metadata"))
                .isEqualTo(before);
        assertThat(viewOid()).isEqualTo(identity);
    }

    @Test
    void comesBackWithTheNextEditWhenItWasDroppedAndIsReplacedWhenItIsAnEarlierOne() {
        change("x");
        target.execute("DROP VIEW _external_db_sync_status");
        edit();
        change("y");
        assertThat(may(role, "SELECT")).isEqualTo("true");

        target.execute(
                "DROP VIEW _external_db_sync_status",
                "CREATE VIEW _external_db_sync_status AS SELECT mapping_name AS mapping FROM _external_db_sync_metadata",
                "COMMENT ON VIEW _external_db_sync_status IS 'External DB Sync: status 0'");
        edit();
        change("z");
        assertThat(target.queryText("SELECT state FROM _external_db_sync_status"))
                .isEqualTo("following");
    }

    @Test
    void somethingOfThatNameThatIsNotOursIsLeftAloneAndTheSyncGoesOn() {
        target.execute("CREATE TABLE _external_db_sync_status (theirs text)");

        change("x");

        assertThat(target.queryLong("SELECT count(*) FROM every_type")).isEqualTo(1);
        assertThat(target.queryText("SELECT string_agg(attname, ',') FROM pg_attribute"
                        + " WHERE attrelid = '_external_db_sync_status'::regclass AND attnum > 0"))
                .isEqualTo("theirs");
        assertThat(may(role, "SELECT")).isEqualTo("false");
    }

    /** A restart of the engine has it look as well. */
    private void edit() {
        internal.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"revision\" = \"revision\" + 1");
    }

    private void change(String text) {
        app.put(tenancy, "r", 1, "t = '" + text + "'");
        app.sequence();
        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 1, 0));
    }

    private String may(String who, String what) {
        return target.queryText(
                "SELECT has_table_privilege('" + who + "', '_external_db_sync_status', '" + what + "')::text");
    }

    private long viewOid() {
        return target.queryLong("SELECT '_external_db_sync_status'::regclass::oid::bigint");
    }
}
