package dev.dbsync.sequencer.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The function {@code backfill_null_sequence_ids}: invariants 2, 3 and 9 in the database itself. */
class SequencingPassTest {

    @RegisterExtension
    static final LogFixture log = new LogFixture();

    @Test
    void aPassGivesIdsAndEnqueuesTheTenancy() {
        UUID tenancy = log.tenancy();
        log.change(tenancy, 1);
        log.delete(tenancy, 2);

        assertThat(log.pass()).containsEntry("outcome", "sequenced").containsEntry("sequenced", 2);

        assertThat(log.unsequenced()).isZero();
        assertThat(log.requests())
                .singleElement()
                .satisfies(request -> assertThat(request).containsEntry("deduplicationKey", "sync-engine:" + tenancy));
        assertThat(log.pass()).containsEntry("outcome", "idle");
    }

    @Test
    void everyPassThatWritesTicksAndTheFirstBeginsAHistory() {
        UUID tenancy = log.tenancy();
        log.change(tenancy, 1);
        log.pass();
        log.change(tenancy, 2);
        log.pass();
        log.pass();

        assertThat(tick()).isEqualTo(3);
        assertThat(histories()).isEqualTo("0");
    }

    @Test
    void anIdleLeaderTicksAFewTimesALease() {
        UUID sequencer = UUID.randomUUID();
        log.pass(1000, sequencer, false);
        log.pass(1000, sequencer, false);
        assertThat(tick()).isEqualTo(1);

        await().untilAsserted(() -> {
            log.pass(1000, sequencer, false);
            assertThat(tick()).isEqualTo(2);
        });
    }

    @Test
    void anotherTimelineBeginsAHistoryAtTheNewestTickThatWasNotLostAndAnEpoch() {
        UUID tenancy = log.tenancy();
        log.change(tenancy, 1);
        log.pass();
        log.change(tenancy, 2);
        log.nextPass();
        assertThat(epochs()).isOne();
        log.database().execute("UPDATE dbsync.\"SequencerState\" SET \"place\" = 'the old primary'");
        log.change(tenancy, 3);
        log.nextPass();

        assertThat(histories()).isEqualTo("0,2");
        assertThat(tick()).isEqualTo(3);
        assertThat(epochs()).isEqualTo(2);
    }

    @Test
    void anIdlePassNoticesAnotherPlaceAtOnceAndOnce() {
        UUID sequencer = UUID.randomUUID();
        log.pass(1000, sequencer, false);
        log.database().execute("UPDATE dbsync.\"SequencerState\" SET \"place\" = 'elsewhere'");

        log.pass(1000, sequencer, false);
        log.pass(1000, sequencer, false);

        assertThat(histories()).isEqualTo("0,1");
    }

    @Test
    void aCopyOfTheDatabaseIsAnotherPlace() {
        log.pass();
        String here = log.database().queryText("SELECT dbsync.current_place()");
        try (TestDatabase copy = log.database().server().createDatabase("copy")) {
            InternalDatabase.migrate(copy);

            assertThat(copy.queryText("SELECT dbsync.current_place()"))
                    .isNotEqualTo(here)
                    .matches("\\d+/[0-9A-F]{8}/\\d+");
        }
    }

    /** Some managed services do not let ordinary roles ask. */
    @Test
    void whereThePlaceCannotBeToldPassesGoOnInTheSameHistory() {
        UUID tenancy = log.tenancy();
        log.pass();
        String ask = log.database().queryText("SELECT pg_get_functiondef('dbsync.current_place'::regproc)");
        log.database()
                .execute(
                        "CREATE OR REPLACE FUNCTION dbsync.current_place() RETURNS text LANGUAGE sql AS 'SELECT NULL::text'");
        try {
            log.change(tenancy, 1);

            assertThat(log.pass()).containsEntry("outcome", "sequenced");
            assertThat(histories()).isEqualTo("0");
        } finally {
            log.database().execute(ask);
        }
    }

    private static long epochs() {
        return log.database().queryLong("SELECT count(*) FROM dbsync.\"SequenceEpoch\"");
    }

    private static long tick() {
        return log.database().queryLong("SELECT \"tick\" FROM dbsync.\"SequencerState\"");
    }

    private static String histories() {
        return log.database()
                .queryText(
                        "SELECT string_agg(\"beganAtTick\"::text, ',' ORDER BY \"ordinal\") FROM dbsync.\"SourceHistory\"");
    }

    /** A standby's sequence is up to 32 ahead when it is promoted: the lost ids lie between what is known and what comes. */
    @Test
    void aNewEpochBeginsRightBehindTheLastKnownIdEvenIfTheSequenceHasJumped() {
        UUID tenancy = log.tenancy();
        log.change(tenancy, 1);
        log.pass();
        long known = log.database().queryLong("SELECT \"lastSequenceId\" FROM dbsync.\"SequencerState\"");
        log.database().execute("SELECT setval('dbsync.global_seq_id', " + (known + 32) + ")");
        log.change(tenancy, 2);
        log.pass();

        assertThat(log.database().queryLong("SELECT max(\"firstSequenceId\") FROM dbsync.\"SequenceEpoch\""))
                .isEqualTo(known + 1);
        assertThat(log.database().queryLong("SELECT max(\"sequenceId\") FROM dbsync.\"ChangedRow\""))
                .isEqualTo(known + 33);
    }

    @Test
    void aTenancyWithoutADestinationIsNotEnqueuedAndAPausedOneIs() {
        UUID unknown = UUID.randomUUID();
        UUID disabled = log.tenancy();
        UUID paused = log.tenancy();
        log.database()
                .update("UPDATE dbsync.\"ExternalDatabase\" SET \"enabled\" = false WHERE \"tenancyId\" = ?", disabled);
        log.database()
                .update("UPDATE dbsync.\"ExternalDatabase\" SET \"paused\" = true WHERE \"tenancyId\" = ?", paused);
        log.change(unknown, 1);
        log.change(disabled, 1);
        log.change(paused, 1);

        assertThat(log.pass()).containsEntry("sequenced", 3).containsEntry("enqueued", 2);
    }

    @Test
    void entriesOfOneKeyAreMergedIntoTheNewestWithTheOldestTime() {
        UUID tenancy = log.tenancy();
        log.database()
                .execute(LogFixture.CHANGE.formatted(tenancy, 1)
                        + "; UPDATE dbsync.\"ChangedRow\" SET \"changedAt\" = '2020-01-01Z'");
        log.change(tenancy, 1);

        assertThat(log.pass()).containsEntry("sequenced", 1).containsEntry("merged", 1);

        assertThat(log.database()
                        .query("SELECT \"id\", \"changedAt\" = '2020-01-01Z' AS oldest FROM dbsync.\"ChangedRow\""))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("id", 2L).containsEntry("oldest", true));
    }

    @Test
    void anUncommittedChangeGetsNoIdAndHoldsNobodyUp() throws SQLException {
        UUID tenancy = log.tenancy();
        try (Connection open = log.begin();
                Statement statement = open.createStatement()) {
            statement.execute(LogFixture.CHANGE.formatted(tenancy, 1));
            log.change(tenancy, 2);

            assertThat(log.pass()).containsEntry("sequenced", 1);

            open.commit();
        }
        assertThat(log.pass()).containsEntry("sequenced", 1);
        assertThat(
                        log.database()
                                .queryText(
                                        "SELECT string_agg(\"primaryKey\" ->> 'id', ',' ORDER BY \"sequenceId\") FROM dbsync.\"ChangedRow\""))
                .isEqualTo("2,1");
    }

    @Test
    void theLowWaterWaitsForWhoeverTookAnEarlierId() throws SQLException {
        UUID tenancy = log.tenancy();
        UUID sequencer = UUID.randomUUID();
        try (Connection open = log.begin();
                Statement statement = open.createStatement()) {
            statement.execute(LogFixture.CHANGE.formatted(tenancy, 1));
            for (int i = 2; i < 12; i++) {
                log.change(tenancy, i);
                log.pass(1000, sequencer, false);
            }
            assertThat(log.database().queryLong("SELECT \"changedLowWater\" FROM dbsync.\"SequencerState\""))
                    .isLessThanOrEqualTo(1);
            open.commit();
        }

        assertThat(log.pass(1000, sequencer, false)).containsEntry("sequenced", 1);

        log.change(tenancy, 12);
        log.pass(1000, sequencer, false);
        log.change(tenancy, 13);
        log.pass(1000, sequencer, false);
        assertThat(log.database().queryLong("SELECT \"changedLowWater\" FROM dbsync.\"SequencerState\""))
                .isGreaterThan(10);
    }

    @Test
    void theLowWaterWaitsForAnOpenTransactionAlsoWhereNothingElseEverRan() throws SQLException {
        UUID tenancy = log.tenancy();
        UUID sequencer = UUID.randomUUID();
        try (Connection open = log.begin();
                Statement statement = open.createStatement()) {
            statement.execute(LogFixture.CHANGE.formatted(tenancy, 1));
            statement.execute(LogFixture.CHANGE.formatted(tenancy, 2));
            for (int i = 0; i < 3; i++) {
                log.database().execute("UPDATE dbsync.\"SequencerState\" SET \"leaderUntil\" = now()");
                log.pass(1000, sequencer, false);
            }
            open.commit();
        }

        assertThat(log.pass(1000, sequencer, false)).containsEntry("sequenced", 2);
    }

    @Test
    void aFullSweepFindsWhatLiesBelowTheLowWater() {
        UUID tenancy = log.tenancy();
        log.change(tenancy, 1);
        log.database().execute("UPDATE dbsync.\"SequencerState\" SET \"changedLowWater\" = 100");

        assertThat(log.pass(1000, null, false)).containsEntry("outcome", "idle");
        assertThat(log.pass(1000, null, true)).containsEntry("sequenced", 1);
    }

    @Test
    void anImportOfOneTenancyDoesNotDelayAnothersSingleChange() {
        UUID importing = log.tenancy();
        log.changes(importing, 20_000);
        UUID other = log.tenancy();
        log.change(other, 1);

        assertThat(log.pass(1000, null, false)).containsEntry("more", true);

        assertThat(log.database()
                        .queryLong(
                                "SELECT count(*) FROM dbsync.\"ChangedRow\" WHERE \"tenancyId\" = ? AND \"sequenceId\" IS NOT NULL",
                                other))
                .isOne();
    }

    @Test
    void aBacklogIsWorkedOffToItsEndWithoutLosingAnEntry() {
        List<UUID> tenancies = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            tenancies.add(log.tenancy());
        }
        tenancies.forEach(tenancy -> log.changes(tenancy, 50));
        UUID sequencer = UUID.randomUUID();

        int passes = 0;
        while (Boolean.TRUE.equals(log.pass(200, sequencer, false).get("more"))) {
            passes++;
        }
        log.pass(200, sequencer, false);

        assertThat(log.unsequenced()).isZero();
        assertThat(passes).isBetween(10, 60);
        assertThat(log.requests()).hasSize(60);
    }

    /** Else every pass of a drain walks past what all the passes before it have dealt with. */
    @Test
    void theLowWaterFollowsABacklog() {
        log.changes(log.tenancy(), 2000);
        UUID sequencer = UUID.randomUUID();
        log.pass(200, sequencer, false);
        log.pass(200, sequencer, false);
        log.pass(200, sequencer, false);

        assertThat(log.unsequenced()).isEqualTo(1400);
        assertThat(log.database().queryLong("SELECT \"changedLowWater\" FROM dbsync.\"SequencerState\""))
                .isBetween(300L, 600L);
    }

    @Test
    void theLowWaterOfABacklogWaitsForWhoeverTookAnEarlierId() throws SQLException {
        UUID late = log.tenancy();
        UUID sequencer = UUID.randomUUID();
        log.pass(200, sequencer, false);
        try (Connection open = log.begin();
                Statement statement = open.createStatement()) {
            statement.execute(LogFixture.CHANGE.formatted(late, 1));
            log.changes(log.tenancy(), 2000);
            for (int i = 0; i < 5; i++) {
                log.pass(200, sequencer, false);
            }
            open.commit();
        }
        while (log.unsequenced() > 0) {
            assertThat(log.pass(200, sequencer, false)).containsEntry("outcome", "sequenced");
        }
    }

    /** Entries of one tenancy keep the order in which they were logged, however many passes it takes. */
    @Test
    void aBacklogGetsItsIdsInOrderOfArrivalWithinATenancy() {
        List<UUID> tenancies = List.of(log.tenancy(), log.tenancy(), log.tenancy());
        for (int i = 0; i < 4; i++) {
            tenancies.forEach(tenancy -> log.changes(tenancy, 100));
        }
        UUID sequencer = UUID.randomUUID();
        while (log.unsequenced() > 0) {
            log.pass(100, sequencer, false);
        }

        assertThat(log.database().queryLong("""
                        SELECT count(*) FROM (
                            SELECT "sequenceId" < lag("sequenceId") OVER (PARTITION BY "tenancyId" ORDER BY "id") AS back
                            FROM dbsync."ChangedRow") AS e WHERE back
                        """)).isZero();
    }

    @Test
    void anExpansionIsSeenHoweverLateItCommits() throws SQLException {
        UUID sequencer = UUID.randomUUID();
        String expansion = "INSERT INTO dbsync.\"PendingExpansion\" (\"expansion\", \"key\") VALUES ('e', '{}')";
        try (Connection open = log.begin();
                Statement statement = open.createStatement()) {
            statement.execute(expansion);
            for (int i = 0; i < 5; i++) {
                log.database().execute(expansion, "DELETE FROM dbsync.\"PendingExpansion\"");
                log.change(UUID.randomUUID(), i);
                log.pass(1000, sequencer, false);
            }
            assertThat(log.pass(1000, sequencer, false)).containsEntry("expansions", false);
            open.commit();
        }
        assertThat(log.pass(1000, sequencer, false)).containsEntry("expansions", true);
        for (int i = 0; i < 3; i++) {
            log.change(UUID.randomUUID(), i);
            log.pass(1000, sequencer, false);
        }
        assertThat(log.pass(1000, sequencer, false)).containsEntry("expansions", true);
    }

    @Test
    void aPendingRequestIsLockedUntilTheIdsAreVisible() throws SQLException {
        UUID tenancy = log.tenancy();
        log.change(tenancy, 1);
        log.pass();
        log.change(tenancy, 2);
        String claim = "SELECT count(*) FROM (SELECT FROM dbsync.\"OutgoingRequest\" FOR UPDATE SKIP LOCKED) AS free";
        try (Connection open = log.begin();
                Statement statement = open.createStatement()) {
            statement.execute("SELECT dbsync.backfill_null_sequence_ids()");

            assertThat(log.database().queryLong(claim)).isZero();

            open.commit();
        }
        assertThat(log.database().queryLong(claim)).isOne();
    }

    @Test
    void idsBecomeVisibleInIncreasingOrderWithTwoSequencersAtOnce() throws Exception {
        UUID tenancy = log.tenancy();
        var done = new AtomicBoolean();
        var writers = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 300; i++) {
                log.change(tenancy, i);
            }
        });
        var sequencers = List.of(sequencer(done), sequencer(done));
        try (Connection reader = log.database().connect();
                Statement statement = reader.createStatement()) {
            long last = 0;
            long seen = 0;
            while (seen < 300) {
                // Everything new since the last look must lie above everything seen then.
                try (ResultSet result = statement.executeQuery(
                        "SELECT count(*), count(*) FILTER (WHERE \"sequenceId\" <= " + last + "), max(\"sequenceId\")"
                                + " FROM dbsync.\"ChangedRow\" WHERE \"sequenceId\" IS NOT NULL")) {
                    result.next();
                    assertThat(result.getLong(2))
                            .as("entries up to id %d", last)
                            .isEqualTo(seen);
                    seen = result.getLong(1);
                    last = result.getLong(3);
                }
            }
        } finally {
            done.set(true);
        }
        writers.get();
        for (CompletableFuture<Void> sequencer : sequencers) {
            sequencer.get();
        }
    }

    /** Without a lease of its own, so that only the lock keeps the two apart. */
    private static CompletableFuture<Void> sequencer(AtomicBoolean done) {
        return CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                log.pass(7, null, false);
            }
        });
    }

    @Test
    void aStandbyTakesOverWhenTheLeaseHasRunOut() {
        UUID leader = UUID.randomUUID();
        UUID standby = UUID.randomUUID();
        UUID tenancy = log.tenancy();
        log.change(tenancy, 1);
        log.pass(1000, leader, false);
        log.change(tenancy, 2);

        assertThat(log.pass(1000, standby, false)).containsEntry("outcome", "standby");
        log.database().execute("UPDATE dbsync.\"SequencerState\" SET \"leaderUntil\" = now()");

        assertThat(log.pass(1000, standby, false)).containsEntry("outcome", "sequenced");
        assertThat(log.pass(1000, leader, false)).containsEntry("outcome", "standby");
    }

    @Test
    void aSequenceThatWasSetBackGivesNoIdTwice() {
        UUID tenancy = log.tenancy();
        log.changes(tenancy, 100);
        log.pass();
        log.database().execute("SELECT setval('dbsync.global_seq_id', 5)");
        log.change(tenancy, 101);

        assertThat(log.pass()).containsEntry("last_sequence_id", 101L);
    }

    @Test
    void theFuseboxStopsPassesAtOnce() {
        UUID tenancy = log.tenancy();
        log.change(tenancy, 1);
        log.database().execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"sequencerEnabled\" = false");

        assertThat(log.pass()).containsEntry("outcome", "disabled");
        assertThat(log.unsequenced()).isOne();
    }

    @Test
    void anIdlePassWritesNothingWhileTheLeaseIsFresh() {
        UUID leader = UUID.randomUUID();
        log.pass(1000, leader, false);
        String version = "SELECT xmin::text FROM dbsync.\"SequencerState\"";
        String before = log.database().queryText(version);

        log.pass(1000, leader, false);

        assertThat(log.database().queryText(version)).isEqualTo(before);
    }
}
