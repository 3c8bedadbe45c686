package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.engine.destination.Admission;
import dev.dbsync.engine.receive.SyncSummary;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(TenancySyncServiceTest.SmallPages.class)
class TenancySyncServiceTest extends OneDestination {

    /** Pages so small that everything takes several. */
    public static class SmallPages implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "dbsync.mappings-directory", "src/test/resources/mappings",
                    "dbsync.engine.page-rows", "7",
                    "dbsync.engine.page-bytes", "2000",
                    "dbsync.engine.max-quarantined-rows", "20");
        }
    }

    @Test
    void copiesWhatWasThereAndFollowsWhatChanges() {
        for (int id = 0; id < 50; id++) {
            app.put(tenancy, id % 2 == 0 ? "a" : "B", id, "t = 'row " + id + "', hidden = " + (id % 10 == 3));
        }
        app.sequence();
        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 1, 0));
        assertThat(phase()).isEqualTo("following");
        assertThat(target.queryLong("SELECT count(*) FROM every_type")).isEqualTo(45);
        assertSame();

        for (int id = 20; id < 70; id++) {
            app.put(tenancy, id % 2 == 0 ? "a" : "B", id, "t = 'changed " + id + "', hidden = NOT hidden");
        }
        for (int id = 0; id < 20; id += 2) {
            app.delete(tenancy, "a", id);
        }
        app.sequence();
        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 1, 0));
        assertSame();
        assertThat(mirror("lastSyncedSequenceId"))
                .isEqualTo(target.queryText("SELECT last_synced_sequence_id FROM _external_db_sync_metadata"));
    }

    @Test
    void carriesEveryTypeUnchanged() {
        app.put(tenancy, "r", 1, """
                u = gen_random_uuid(), t = E'quotes '' " \\\\ back, emoji 🙂, control \\x01\\x1f\\x7f, comma {}', b = true, i = -2147483648,
                d = 0.1::float8 + 0.2, n = 12345678901234567890.000000000123, day = '2026-02-28', at = '2026-03-29 02:30:00.123456+02',
                local = '1999-12-31 23:59:59.999999', utc = '2026-07-01 12:00', j = 'null',
                x = '\\x00ff10', texts = ARRAY['a,b', NULL, '', 'NULL', '"', E'\\\\'], numbers = '{{1,2},{3,4}}', moments = ARRAY[now(), NULL]""");
        app.put(
                tenancy,
                "r",
                2,
                "d = 'NaN', n = 'NaN', at = 'infinity', j = '{\"a\": [1.50, \"\\u00e9\"]}', texts = '{}'");
        app.put(tenancy, "r", 3, "t = ''");
        app.put(tenancy, "r", 4, "t = repeat('x', 1000000)");
        app.sequence();

        service.sync(tenancy);
        assertSame();
        assertThat(target.queryText("SELECT j = 'null'::jsonb FROM every_type WHERE id = 1"))
                .isEqualTo("t");
    }

    @Test
    void aRowThatIsAliveBeatsItsTombstoneInWhateverOrderTheyWereSequenced() {
        app.put(tenancy, "r", 1, "t = 'first'");
        app.sequence();
        service.sync(tenancy);
        app.delete(tenancy, "r", 1);
        app.put(tenancy, "r", 1, "t = 'again'");
        app.sequence();
        internal.execute(
                "UPDATE dbsync.\"DeletedRow\" SET \"sequenceId\" = nextval('dbsync.global_seq_id')"
                        + " WHERE \"tenancyId\" = '" + tenancy + "'",
                "UPDATE dbsync.\"SequencerState\" SET \"lastSequenceId\" = (SELECT last_value FROM dbsync.global_seq_id)");

        service.sync(tenancy);

        assertThat(target.queryText("SELECT t FROM every_type")).isEqualTo("again");
    }

    @Test
    void aTruncatedSourceIsCopiedAgainAndWhatIsGoneThereGoes() {
        for (int id = 0; id < 20; id++) {
            app.put(tenancy, "r", id, "t = 'x'");
        }
        app.sequence();
        service.sync(tenancy);
        internal.update("DELETE FROM app.\"Every.Type\" WHERE tenant = ? AND id % 3 = 0", tenancy);
        app.truncated();

        service.sync(tenancy);

        assertThat(target.queryLong("SELECT count(*) FROM every_type")).isEqualTo(13);
        assertSame();
    }

    @Test
    void aTargetTableThatWasDroppedTruncatedOrAlteredIsCopiedAgain() {
        for (int id = 0; id < 20; id++) {
            app.put(tenancy, "r", id, "t = 'x'");
        }
        app.sequence();
        service.sync(tenancy);
        for (String damage : List.of(
                "DROP TABLE every_type",
                "TRUNCATE every_type",
                "ALTER TABLE every_type DROP COLUMN t",
                "ALTER TABLE every_type ALTER COLUMN i TYPE text",
                "ALTER TABLE every_type DROP CONSTRAINT every_type_pkey")) {
            target.execute(damage);
            assertThat(service.sync(tenancy)).as(damage).isEqualTo(new SyncSummary(1, 1, 0));
            assertThat(target.queryLong("SELECT count(*) FROM every_type WHERE t = 'x'"))
                    .as(damage)
                    .isEqualTo(20);
        }
    }

    @Test
    void aWatermarkAheadOfARestoredSourceIsNotTrusted() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        target.execute(
                "UPDATE _external_db_sync_metadata SET last_synced_sequence_id = last_synced_sequence_id + 1000000",
                "UPDATE every_type SET t = 'stale'");

        service.sync(tenancy);
        assertSame();

        target.execute(
                "UPDATE _external_db_sync_metadata SET epoch = gen_random_uuid()", "UPDATE every_type SET t = 'stale'");
        service.sync(tenancy);
        assertSame();
    }

    /** Every sequencing here begins an epoch: the target claims ids of its own one that the source has given in later ones. */
    @Test
    void aWatermarkThatARewoundSourceHasPassedSinceIsNotTrusted() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        for (int id = 2; id < 10; id++) {
            app.put(tenancy, "r", id, "t = 'x'");
            app.sequence();
        }
        target.execute("UPDATE _external_db_sync_metadata SET last_synced_sequence_id = last_synced_sequence_id + 4");

        service.sync(tenancy);

        assertSame();
    }

    /** As after a restore of the target: rows and position of an earlier epoch, whose log is still there. */
    @Test
    void aPositionOfAnEarlierEpochIsFollowedOnWithoutACopy() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        app.put(tenancy, "r", 1, "t = 'y'");
        app.sequence();
        app.put(tenancy, "r", 2, "t = 'y'");
        app.sequence();
        target.execute("INSERT INTO every_type (region, id) VALUES ('of the tenant', 3)");

        service.sync(tenancy);

        // A copy would have swept away what nothing in the log speaks of.
        assertThat(target.queryLong("DELETE FROM every_type WHERE region = 'of the tenant' RETURNING id"))
                .isEqualTo(3);
        assertSame();
    }

    /** The row was written from a transaction that is lost: its state is newer than anything the source remembers of it. */
    @Test
    void aTargetThatWasWrittenRightBeforeTheSourceLostItsTailIsCopiedAgain() {
        app.put(tenancy, "r", 1, "t = 'survived'");
        app.sequence();
        service.sync(tenancy);
        target.execute("UPDATE every_type SET t = 'lost'");

        failover();
        service.sync(tenancy);

        assertSame();
        assertThat(target.queryText("SELECT source_history::text FROM _external_db_sync_metadata"))
                .isEqualTo(history());
    }

    @Test
    void aTargetThatWasWrittenLongBeforeTheSourceLostItsTailIsNotCopiedAgain() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        tick();
        tick();
        target.execute("INSERT INTO every_type (region, id) VALUES ('of the tenant', 2)");

        failover();
        app.put(tenancy, "r", 1, "t = 'y'");
        app.sequence();
        service.sync(tenancy);

        // A copy would have swept it away.
        assertThat(target.queryLong("DELETE FROM every_type WHERE region = 'of the tenant' RETURNING id"))
                .isEqualTo(2);
        assertSame();
        assertThat(target.queryText("SELECT source_history::text FROM _external_db_sync_metadata"))
                .isEqualTo(history());
    }

    @Test
    void aTargetOfAHistoryThatTheSourceDoesNotKnowIsCopiedAgain() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        target.execute(
                "UPDATE _external_db_sync_metadata SET source_history = gen_random_uuid()",
                "UPDATE every_type SET t = 'stale'");

        service.sync(tenancy);

        assertSame();
    }

    /** A tail that is lost in place looks like a restart; somebody has to say so, as operations.md tells. */
    @Test
    void aHistoryThatAnOperatorBeginsHasEveryTargetCopiedAgain() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        tick();
        tick();
        failover();
        target.execute("UPDATE every_type SET t = 'lost'");
        internal.execute(
                "INSERT INTO dbsync.\"SourceHistory\" (\"beganAtTick\", \"place\") VALUES (0, 'restored in place')");

        service.sync(tenancy);

        assertSame();
    }

    /** Every step says what it has seen: the copy's pages, the sweep's and the log's. */
    @Test
    void aPositionSaysWhichTickItsRowsWereReadAt() {
        for (int id = 0; id < 20; id++) {
            app.put(tenancy, "r", id, "t = 'x'");
        }
        app.sequence();
        service.sync(tenancy);
        assertThat(targetTick()).isEqualTo(sourceTick());

        app.truncated();
        tick();
        service.sync(tenancy);
        assertThat(targetTick()).isEqualTo(sourceTick());

        app.put(tenancy, "r", 1, "t = 'y'");
        app.sequence();
        service.sync(tenancy);
        assertThat(targetTick()).isEqualTo(sourceTick());
    }

    @Test
    void aTargetOfAnOlderVersionGetsTheColumnsAndIsNotCopiedForThat() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        target.execute(
                "ALTER TABLE _external_db_sync_metadata DROP COLUMN source_history, DROP COLUMN source_tick, DROP COLUMN resync",
                "INSERT INTO every_type (region, id) VALUES ('of the tenant', 2)");
        app.put(tenancy, "r", 1, "t = 'y'");
        app.sequence();

        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 1, 0));

        assertThat(target.queryLong("DELETE FROM every_type WHERE region = 'of the tenant' RETURNING id"))
                .isEqualTo(2);
        assertSame();
        assertThat(targetTick()).isEqualTo(sourceTick());
    }

    @Test
    void aTargetBelowThePurgeIsCopiedAgain() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        app.put(tenancy, "r", 1, "t = 'y'");
        app.sequence();
        internal.execute(
                "INSERT INTO dbsync.\"PurgeFloor\" SELECT \"tenancyId\", \"tableName\", max(\"sequenceId\") FROM dbsync.\"ChangedRow\""
                        + " WHERE \"tenancyId\" = '" + tenancy + "' GROUP BY 1, 2",
                "DELETE FROM dbsync.\"ChangedRow\" WHERE \"tenancyId\" = '" + tenancy + "'");

        service.sync(tenancy);

        assertThat(target.queryText("SELECT t FROM every_type")).isEqualTo("y");
    }

    @Test
    void aTableThatIsNotOursIsNeverWrittenAndHealsWhenItGoes() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        target.execute("CREATE TABLE every_type (mine text)", "INSERT INTO every_type VALUES ('precious')");

        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 0, 1));
        assertThat(mirror("errorCode")).isEqualTo("TARGET_TABLE_NOT_OWNED");
        assertThat(target.queryText("SELECT mine FROM every_type")).isEqualTo("precious");

        target.execute("DROP TABLE every_type");
        internal.execute("UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"nextAttemptAt\" = now()");
        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 1, 0));
        assertThat(mirror("errorCode")).isNull();
        assertSame();
    }

    @Test
    void aSchemaBelongsToOneTenancyAndASchemaOfItsOwnWorks() {
        UUID other = UUID.randomUUID();
        app.put(tenancy, "r", 1, "t = 'ours'");
        app.put(other, "r", 1, "t = 'theirs'");
        app.sequence();
        service.sync(tenancy);
        connect(other, "main", target, "public");

        assertThat(service.sync(other)).isEqualTo(new SyncSummary(1, 0, 1));
        assertThat(internal.queryText(
                        "SELECT \"errorCode\" FROM dbsync.\"ExternalDatabase\" WHERE \"tenancyId\" = ?", other))
                .isEqualTo("TARGET_SCHEMA_TAKEN");
        assertSame();

        internal.update(
                "UPDATE dbsync.\"ExternalDatabase\" SET \"schema\" = 'their \"own\"', \"nextAttemptAt\" = NULL WHERE \"tenancyId\" = ?",
                other);
        assertThat(service.sync(other)).isEqualTo(new SyncSummary(1, 1, 0));
        assertThat(target.queryText("SELECT t FROM \"their \"\"own\"\"\".every_type"))
                .isEqualTo("theirs");
        assertSame();
    }

    @Test
    void aDestinationMadeAnewTakesItsSchemaOverAndTrustsNothingItFinds() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        internal.update("DELETE FROM dbsync.\"ExternalDatabase\" WHERE \"tenancyId\" = ?", tenancy);
        app.delete(tenancy, "r", 1);
        app.put(tenancy, "r", 2, "t = 'y'");
        app.sequence();
        internal.update("DELETE FROM dbsync.\"DeletedRow\" WHERE \"tenancyId\" = ?", tenancy);
        connect(tenancy, "other", target, "public");

        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 1, 0));
        assertSame();
    }

    /** Somebody followed our own remedy, gave the schema to another tenancy, and came back. */
    @Test
    void positionsAreNotTrustedOnceTheOwnerRowWasDropped() {
        app.put(tenancy, "r", 1, "t = 'ours'");
        app.sequence();
        service.sync(tenancy);
        target.execute("DROP TABLE _external_db_sync_owner", "UPDATE every_type SET t = 'theirs'");

        service.sync(tenancy);

        assertSame();
    }

    @Test
    void aMirrorThatWasNotWrittenIsMadeUpFor() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        internal.execute(
                "UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"state\" = 'copying', \"lastSyncedSequenceId\" = 0");

        service.sync(tenancy);

        assertThat(mirror("state")).isEqualTo("following");
        assertThat(mirror("lastSyncedSequenceId"))
                .isEqualTo(target.queryText("SELECT last_synced_sequence_id::text FROM _external_db_sync_metadata"));
    }

    @Test
    void aTableThatSomebodyHoldsLockedFailsItsMappingAndNotTheDatabase() throws Exception {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        app.put(tenancy, "r", 1, "t = 'y'");
        app.sequence();
        try (Connection other = target.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("LOCK TABLE every_type IN EXCLUSIVE MODE");
            assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 0, 1));
            assertThat(mirror("errorCode")).isEqualTo("TARGET_BUSY");
            assertThat(internal.queryText("SELECT \"errorCode\" FROM dbsync.\"ExternalDatabase\""))
                    .isNull();
        }
        internal.execute("UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"nextAttemptAt\" = now()");
        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 1, 0));
        assertSame();
    }

    @Test
    void whatIsSwitchedOffInTheMiddleOfARunIsOwed() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        var admitted = (Admission.Admitted) service.admission(tenancy);
        internal.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"syncEngineEnabled\" = false");
        try {
            assertThat(service.sync(admitted)).isEqualTo(new SyncSummary(1, 0, 1));
            assertThat(internal.queryText(
                            "SELECT (\"nextAttemptAt\" IS NOT NULL)::text FROM dbsync.\"ExternalDatabase\""))
                    .isEqualTo("true");
        } finally {
            internal.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"syncEngineEnabled\" = true");
        }
    }

    @Test
    void aDatabaseThatLetsUsInAndRefusesEveryWriteBacksOffFurtherEachTime() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        app.put(tenancy, "r", 1, "t = 'y'");
        app.sequence();
        PostgresServer.shared().execute("ALTER DATABASE " + target.name() + " SET default_transaction_read_only = on");
        for (int attempt = 1; attempt <= 3; attempt++) {
            internal.execute(
                    "UPDATE dbsync.\"ExternalDatabase\" SET \"nextAttemptAt\" = NULL, \"revision\" = \"revision\" + 1");
            service.sync(tenancy);
            assertThat(internal.queryText(
                            "SELECT \"attempts\" || ' ' || \"errorCode\" FROM dbsync.\"ExternalDatabase\""))
                    .isEqualTo(attempt + " TARGET_READ_ONLY");
        }
    }

    @Test
    void aReaderRoleThatComesLaterGetsItsGrants() {
        String role = "late_" + tenancy.toString().substring(0, 8);
        internal.update(
                "UPDATE dbsync.\"ExternalDatabase\" SET \"readerRole\" = ? WHERE \"tenancyId\" = ?", role, tenancy);
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 0, 1));

        PostgresServer.shared().execute("CREATE ROLE " + role);
        try {
            internal.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"nextAttemptAt\" = NULL");
            assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 1, 0));
            assertThat(target.queryText("SELECT has_table_privilege('" + role + "', 'every_type', 'SELECT')::text"))
                    .isEqualTo("true");
        } finally {
            target.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
        }
    }

    @Test
    void aColumnThatNeedsAValueNoLongerTakesNull() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        target.execute(
                "ALTER TABLE every_type ALTER COLUMN t SET NOT NULL",
                "UPDATE _external_db_sync_metadata SET mapping_hash = 'older'");
        app.put(tenancy, "r", 1, "t = NULL");
        app.sequence();

        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 1, 0));
        assertSame();
    }

    @Test
    void aReaderRoleMayReadAndNobodyElse() {
        String role = "reader_" + tenancy.toString().substring(0, 8);
        PostgresServer.shared().execute("CREATE ROLE " + role);
        try {
            internal.update(
                    "UPDATE dbsync.\"ExternalDatabase\" SET \"readerRole\" = ? WHERE \"tenancyId\" = ?", role, tenancy);
            app.put(tenancy, "r", 1, "t = 'x'");
            app.sequence();
            service.sync(tenancy);

            assertThat(target.queryText("SELECT has_table_privilege('" + role + "', 'every_type', 'SELECT')::text"))
                    .isEqualTo("true");
            assertThat(target.queryText("SELECT has_table_privilege('" + role + "', 'every_type', 'UPDATE')::text"))
                    .isEqualTo("false");
            assertThat(target.queryText("SELECT has_table_privilege('public', 'every_type', 'SELECT')::text"))
                    .isEqualTo("false");
        } finally {
            target.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
        }
    }

    @Test
    void aDeadDatabaseIsOwedAndHealsWithoutAnyChange() throws Exception {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        PostgresServer.shared().execute("ALTER DATABASE " + target.name() + " ALLOW_CONNECTIONS false");

        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 0, 1));
        assertThat(
                        internal.queryText(
                                "SELECT \"attempts\" || ' ' || \"errorBlame\" || ' ' || (\"nextAttemptAt\" > now()) FROM dbsync.\"ExternalDatabase\""))
                .isEqualTo("1 destination true");

        PostgresServer.shared().execute("ALTER DATABASE " + target.name() + " ALLOW_CONNECTIONS true");
        internal.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"nextAttemptAt\" = now()");
        assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 1, 0));
        assertSame();
        assertThat(internal.queryText("SELECT \"errorCode\" FROM dbsync.\"ExternalDatabase\""))
                .isNull();
    }

    /** Only the end of a run may forget what was due: a process that dies before would take the debt with it. */
    @Test
    void whatWasDueStaysDueUntilTheRunHasComeToItsEnd() {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        internal.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"nextAttemptAt\" = now() - interval '1 second'");
        internal.execute("ALTER TABLE dbsync.\"SequenceEpoch\" RENAME TO \"Elsewhere\"");
        try {
            assertThatThrownBy(() -> service.sync(tenancy)).isInstanceOf(IllegalStateException.class);
            assertThat(isDue()).isTrue();
        } finally {
            internal.execute("ALTER TABLE dbsync.\"Elsewhere\" RENAME TO \"SequenceEpoch\"");
        }

        service.sync(tenancy);
        assertThat(isDue()).isFalse();
    }

    /** The run may have read the source before the change that somebody else was put off with. */
    @Test
    void whoIsPutOffDuringARunIsHeardAfterIt() throws Exception {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        app.put(tenancy, "r", 1, "t = 'y'");
        app.sequence();
        internal.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"nextAttemptAt\" = now() - interval '1 second'");
        try (Connection other = target.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT FROM _external_db_sync_metadata FOR UPDATE");
            var run = CompletableFuture.supplyAsync(() -> service.sync(tenancy));
            await().until(() ->
                    target.queryLong("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND wait_event_type = 'Lock'")
                            > 0);
            assertThat(service.sync(tenancy)).as("the other one is at it").isEqualTo(new SyncSummary(1, 0, 1));
            other.rollback();
            assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo(new SyncSummary(1, 1, 0));
        }

        assertThat(isDue()).isTrue();
    }

    @Test
    void aLockedPositionIsWaitedForAndThenOwedWithoutBlame() throws Exception {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        app.put(tenancy, "r", 1, "t = 'y'");
        app.sequence();
        try (Connection other = target.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT FROM _external_db_sync_metadata FOR UPDATE");
            assertThat(service.sync(tenancy)).isEqualTo(new SyncSummary(1, 0, 1));
            assertThat(internal.queryText("SELECT \"errorCode\" FROM dbsync.\"ExternalDatabase\""))
                    .isNull();
            assertThat(internal.queryText(
                            "SELECT (\"nextAttemptAt\" IS NOT NULL)::text FROM dbsync.\"ExternalDatabase\""))
                    .isEqualTo("true");
        }
    }

    /** The late run found no table; whoever held the lock has made it meanwhile and filled it. */
    @Test
    void aLateRunDoesNotTakeAnotherRunsCopyForSomebodyElsesTable() throws Exception {
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();
        service.sync(tenancy);
        target.execute("INSERT INTO every_type (region, id) VALUES ('a copy would remove it', 2)");
        target.execute("ALTER TABLE every_type RENAME TO not_there_yet");
        try (Connection other = target.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT FROM _external_db_sync_metadata FOR UPDATE");
            var late = CompletableFuture.supplyAsync(() -> service.sync(tenancy));
            await().until(() ->
                    target.queryLong("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND wait_event_type = 'Lock'")
                            > 0);
            other.createStatement().execute("ALTER TABLE not_there_yet RENAME TO every_type");
            other.commit();

            assertThat(late.get(20, TimeUnit.SECONDS)).isEqualTo(new SyncSummary(1, 1, 0));
        }
        assertThat(target.queryLong("SELECT count(*) FROM every_type")).isEqualTo(2);
    }

    /** The late run's page would be v1; whoever held the lock has written v2 meanwhile. */
    @Test
    void aLateRunReadsTheSourceBehindTheLockAndWritesNothingOlder() throws Exception {
        app.put(tenancy, "r", 1, "t = 'v0'");
        app.sequence();
        service.sync(tenancy);
        app.put(tenancy, "r", 1, "t = 'v1'");
        app.sequence();
        try (Connection other = target.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT FROM _external_db_sync_metadata FOR UPDATE");
            var late = CompletableFuture.supplyAsync(() -> service.sync(tenancy));
            await().until(() ->
                    target.queryLong("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND wait_event_type = 'Lock'")
                            > 0);
            app.put(tenancy, "r", 1, "t = 'v2'");
            app.sequence();
            long newest = internal.queryLong(
                    "SELECT max(\"sequenceId\") FROM dbsync.\"ChangedRow\" WHERE \"tenancyId\" = ?", tenancy);
            String epoch = internal.queryText("SELECT epoch::text FROM dbsync.\"SequencerState\"");
            other.createStatement().execute("UPDATE every_type SET t = 'v2'");
            other.createStatement()
                    .execute("UPDATE _external_db_sync_metadata SET last_synced_sequence_id = " + newest + ", epoch = '"
                            + epoch + "'");
            other.commit();

            assertThat(late.get(20, TimeUnit.SECONDS)).isEqualTo(new SyncSummary(1, 1, 0));
            assertThat(target.queryText("SELECT t FROM every_type")).isEqualTo("v2");
            assertThat(target.queryLong("SELECT last_synced_sequence_id FROM _external_db_sync_metadata"))
                    .isEqualTo(newest);
        }
    }

    @Test
    void nothingIsExportedWhileCaptureIsMissing() {
        internal.execute("DELETE FROM dbsync.\"CaptureGeneration\" WHERE \"tableName\" = 'app.label'");
        app.put(tenancy, "r", 1, "t = 'x'");
        app.sequence();

        assertThat(service.sync(tenancy).owed()).isEqualTo(1);
        assertThat(mirror("errorCode")).isEqualTo("CAPTURE_NOT_INSTALLED");
    }

    /** The next pass finds itself on another timeline, as after a standby was promoted. */
    private void failover() {
        internal.execute("UPDATE dbsync.\"SequencerState\" SET \"place\" = 'the old primary'");
        tick();
    }

    private void tick() {
        internal.query("SELECT * FROM dbsync.backfill_null_sequence_ids()");
    }

    private String history() {
        return internal.queryText(
                "SELECT \"history\"::text FROM dbsync.\"SourceHistory\" ORDER BY \"ordinal\" DESC LIMIT 1");
    }

    private long sourceTick() {
        return internal.queryLong("SELECT \"tick\" FROM dbsync.\"SequencerState\"");
    }

    private long targetTick() {
        return target.queryLong("SELECT source_tick FROM _external_db_sync_metadata");
    }

    private void connect(UUID tenancyId, String id, TestDatabase database, String schema) {
        app.connect(cipher, tenancyId, id, database, schema);
    }

    private void assertSame() {
        app.assertSame(tenancy, target);
    }

    private boolean isDue() {
        return internal.queryText("SELECT \"nextAttemptAt\"::text FROM dbsync.\"ExternalDatabase\"") != null;
    }

    private String phase() {
        return target.queryText("SELECT phase FROM _external_db_sync_metadata WHERE mapping_name = 'every_type'");
    }

    private String mirror(String column) {
        return internal.queryText(
                "SELECT m.\"" + column + "\"::text FROM dbsync.\"ExternalDatabaseMapping\" AS m"
                        + " JOIN dbsync.\"ExternalDatabase\" AS x USING (\"destinationId\") WHERE x.\"tenancyId\" = ?",
                tenancy);
    }
}
