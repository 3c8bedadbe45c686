package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.engine.receive.SyncSummary;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.sql.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The short way of an everyday change: what is sent together must still hold together. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(TenancySyncServiceTest.SmallPages.class)
class OneChangeTest extends OneDestination {

    @BeforeEach
    void copy() {
        app.put(tenancy, "r", 1, "t = 'v0'");
        app.put(tenancy, "r", 2, "t = 'v0'");
        app.sequence();
        service.sync(tenancy);
    }

    /** Facts that are older than the page would have the position say more than was read, or name an epoch that is over. */
    @Test
    void factsAndPageAreOfOneSnapshot() throws Exception {
        app.put(tenancy, "r", 1, "t = 'v1'");
        app.sequence();
        long known = lastSequenceId();
        CompletableFuture<SyncSummary> run;
        try (Connection writer = internal.connect()) {
            writer.setAutoCommit(false);
            // The facts do not need this table, the page does.
            writer.createStatement().execute("LOCK TABLE app.\"Every.Type\" IN ACCESS EXCLUSIVE MODE");
            run = CompletableFuture.supplyAsync(() -> service.sync(tenancy));
            awaitWaitingFor(internal);
            writer.createStatement().execute("UPDATE app.\"Every.Type\" SET t = 'v2' WHERE id = 2");
            app.changed(tenancy, "r", 2);
            app.sequence();
            writer.commit();
        }

        assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo(SYNCED);
        assertThat(target.queryLong("SELECT last_synced_sequence_id FROM _external_db_sync_metadata"))
                .isEqualTo(known);
        assertThat(target.queryText("SELECT string_agg(t, ',' ORDER BY id) FROM every_type"))
                .isEqualTo("v1,v0");
        assertThat(service.sync(tenancy)).isEqualTo(SYNCED);
        app.assertSame(tenancy, target);
    }

    /** What was known of the table when the run began may no longer be true when the commit is sent along with the rows. */
    @Test
    void aTriggerThatAppearsDuringTheRunIsNotTakenForSuccess() throws Exception {
        app.put(tenancy, "r", 1, "t = 'v1'");
        app.delete(tenancy, "r", 2);
        app.sequence();
        CompletableFuture<SyncSummary> run;
        try (Connection writer = internal.connect()) {
            writer.setAutoCommit(false);
            writer.createStatement().execute("LOCK TABLE app.\"Every.Type\" IN ACCESS EXCLUSIVE MODE");
            run = CompletableFuture.supplyAsync(() -> service.sync(tenancy));
            awaitWaitingFor(internal);
            target.execute(
                    "CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
                    "CREATE TRIGGER skip BEFORE INSERT OR UPDATE OR DELETE ON every_type FOR EACH ROW EXECUTE FUNCTION skip()");
            writer.commit();
        }

        assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo(OWED);
        assertThat(internal.queryText("SELECT \"errorCode\" FROM dbsync.\"ExternalDatabaseMapping\""))
                .isEqualTo("TARGET_ROWS_NOT_KEPT");
        target.execute("DROP TRIGGER skip ON every_type");
        internal.update("UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"nextAttemptAt\" = now()");
        assertThat(service.sync(tenancy)).isEqualTo(SYNCED);
        app.assertSame(tenancy, target);
    }

    /** The rows, the position and the commit travel together: where the position cannot be saved, the rows must not stay. */
    @Test
    void rowsWithoutTheirPositionAreNotCommitted() {
        target.execute(
                "CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
                "CREATE TRIGGER skip BEFORE UPDATE ON _external_db_sync_metadata FOR EACH ROW EXECUTE FUNCTION skip()");
        app.put(tenancy, "r", 1, "t = 'v1'");
        app.sequence();

        assertThat(service.sync(tenancy)).isEqualTo(OWED);
        assertThat(target.queryText("SELECT t FROM every_type WHERE id = 1")).isEqualTo("v0");

        target.execute("DROP TRIGGER skip ON _external_db_sync_metadata");
        internal.update("UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"nextAttemptAt\" = now()");
        assertThat(service.sync(tenancy)).isEqualTo(SYNCED);
        app.assertSame(tenancy, target);
    }

    /** Which mapping has news is guessed from the mirror, so that its position can be locked with the first question. */
    @Test
    void aGuessThatIsWrongIsCorrectedByTheTargetsOwnPosition() {
        app.put(tenancy, "r", 1, "t = 'v1'");
        app.sequence();
        service.sync(tenancy);
        String mirrored = mirroredWatermark();

        internal.update("UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"lastSyncedSequenceId\" = 0");
        assertThat(service.sync(tenancy)).isEqualTo(SYNCED);
        assertThat(mirroredWatermark()).isEqualTo(mirrored);

        app.put(tenancy, "r", 1, "t = 'v2'");
        app.sequence();
        internal.update("UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"lastSyncedSequenceId\" = 1000000000");
        assertThat(service.sync(tenancy)).isEqualTo(SYNCED);
        app.assertSame(tenancy, target);
        assertThat(mirroredWatermark()).isEqualTo(Long.toString(lastSequenceId()));
    }

    private String mirroredWatermark() {
        return internal.queryText("SELECT \"lastSyncedSequenceId\" FROM dbsync.\"ExternalDatabaseMapping\"");
    }

    private long lastSequenceId() {
        return internal.queryLong("SELECT \"lastSequenceId\" FROM dbsync.\"SequencerState\"");
    }

    private static void awaitWaitingFor(TestDatabase database) {
        await().until(() -> database.queryLong("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                > 0);
    }
}
