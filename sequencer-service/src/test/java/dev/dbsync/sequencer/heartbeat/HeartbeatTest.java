package dev.dbsync.sequencer.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dbsync.common.heartbeat.HeartbeatEntry;
import dev.dbsync.common.heartbeat.HeartbeatState;
import dev.dbsync.common.heartbeat.HeartbeatState.Stage;
import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class HeartbeatTest {

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private static TestDatabase database;

    private final Heartbeat heartbeat = heartbeat(INTERVAL);

    @BeforeAll
    static void createDatabase() {
        database = InternalDatabase.migrated(PostgresServer.shared());
    }

    @AfterAll
    static void dropDatabase() {
        database.drop();
    }

    @BeforeEach
    void clear() {
        database.execute("""
                SET search_path = dbsync;
                DELETE FROM "ChangedRow";
                DELETE FROM "OutgoingRequest";
                DELETE FROM "Heartbeat";
                INSERT INTO "Heartbeat" DEFAULT VALUES;
                UPDATE "ExternalDbSyncMetadata"
                SET "sequencerEnabled" = true, "pollerEnabled" = true, "syncEngineEnabled" = true, "updatedAt" = now() - interval '1 day';
                """);
    }

    @Test
    void goesTheWayOfEveryChange() {
        assertThat(heartbeat.runOnce()).isTrue();
        assertStage(Stage.SEQUENCER);

        sequence();
        assertThat(database.queryText("SELECT \"deduplicationKey\" FROM dbsync.\"OutgoingRequest\""))
                .isEqualTo("sync-engine:" + HeartbeatEntry.TENANCY);
        assertStage(Stage.POLLER);

        claim();
        assertStage(Stage.ENGINE);

        arrive();
        acknowledge();
        assertThat(seen().waitingSeconds()).isZero();
        assertThat(seen().travelSeconds()).isPresent();
    }

    @Test
    void thereIsOneAtMostOnItsWay() {
        heartbeat.runOnce();
        makeDue();
        assertThat(heartbeat.runOnce()).as("no id yet").isFalse();
        sequence();
        assertThat(heartbeat.runOnce()).as("its request waits").isFalse();
        claim();
        assertThat(heartbeat.runOnce()).as("being delivered").isFalse();
        arrive();
        acknowledge();

        assertThat(heartbeat.runOnce()).as("the next").isTrue();

        assertThat(database.queryText("SELECT string_agg(\"primaryKey\" ->> 'beat', ',') FROM dbsync.\"ChangedRow\""))
                .isEqualTo("2");
    }

    @Test
    void noneIsSentBeforeItIsDue() {
        heartbeat.runOnce();
        sequence();
        arrive();
        acknowledge();

        assertThat(heartbeat.runOnce()).isFalse();
    }

    /** Nothing of them is left for a purge, and the age goes on counting. */
    @Test
    void aLostOneIsSentOnceMore() {
        heartbeat.runOnce();
        sequence();
        acknowledge();
        database.update("UPDATE dbsync.\"Heartbeat\" SET \"writtenAt\" = now() - interval '100 s'");
        makeDue();

        assertThat(heartbeat.runOnce()).isTrue();

        assertThat(database.queryText("SELECT string_agg(\"primaryKey\" ->> 'beat', ',') FROM dbsync.\"ChangedRow\""))
                .isEqualTo("1");
        sequence();
        acknowledge();
        assertThat(seen().waitingSeconds(Stage.ENGINE)).isCloseTo(100, within(20.0));
    }

    @Test
    void aSequencerThatIsSwitchedOffSendsNoneAndIsNotStuck() {
        heartbeat.runOnce();
        sequence();
        arrive();
        acknowledge();
        database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"sequencerEnabled\" = false");
        makeDue();

        assertThat(heartbeat.runOnce()).isFalse();
        database.update("UPDATE dbsync.\"Heartbeat\" SET \"nextBy\" = now() - interval '100 s'");
        assertThat(seen().waitingSeconds()).isZero();

        database.execute(
                "UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"sequencerEnabled\" = true, \"updatedAt\" = now()");
        assertThat(state(heartbeat).waitingSeconds())
                .as("its turn begins with the switch")
                .isLessThan(20);
    }

    @Test
    void whoeverIsSwitchedOffIsNotStuck() {
        heartbeat.runOnce();
        sequence();
        database.update("UPDATE dbsync.\"OutgoingRequest\" SET \"createdAt\" = now() - interval '100 s'");
        assertThat(seen().waitingSeconds(Stage.POLLER)).isCloseTo(100, within(20.0));
        database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"pollerEnabled\" = false");
        assertThat(seen().waitingSeconds()).isZero();

        database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"pollerEnabled\" = true");
        claim();
        database.update("UPDATE dbsync.\"OutgoingRequest\" SET \"startedFulfillingAt\" = now() - interval '100 s'");
        assertThat(seen().waitingSeconds(Stage.ENGINE)).isCloseTo(100, within(20.0));
        database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"syncEngineEnabled\" = false");
        assertThat(seen().waitingSeconds()).isZero();
    }

    @Test
    void withoutAnIntervalNobodyWaitsForOne() {
        heartbeat.runOnce();
        database.update("UPDATE dbsync.\"Heartbeat\" SET \"writtenAt\" = now() - interval '100 s'");

        Heartbeat off = heartbeat(Duration.ZERO);
        assertThat(off.runOnce()).isFalse();

        assertThat(off.last().orElseThrow().state().orElseThrow().stage()).isEmpty();
    }

    /** Whoever holds the log keeps heartbeats from being written as well, and that shows although the state can be read. */
    @Test
    void aLockedLogKeepsItFromBeingWritten() throws Exception {
        heartbeat.runOnce();
        sequence();
        arrive();
        acknowledge();
        makeDue();
        database.update("UPDATE dbsync.\"Heartbeat\" SET \"nextBy\" = now() - interval '100 s'");
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("LOCK TABLE dbsync.\"ChangedRow\" IN SHARE MODE");

            assertThat(heartbeat.runOnce()).isFalse();

            assertThat(last().waitingSeconds(Stage.SEQUENCER)).isCloseTo(100, within(20.0));
        }
        assertThat(heartbeat.runOnce()).isTrue();
    }

    @Test
    void ofSeveralReplicasOneSends() {
        long sent = IntStream.range(0, 6)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> heartbeat(INTERVAL).runOnce()))
                .toList()
                .stream()
                .filter(CompletableFuture::join)
                .count();

        assertThat(sent).isOne();
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"ChangedRow\""))
                .isOne();
    }

    private void assertStage(Stage stage) {
        assertThat(seen().stage()).isEqualTo(Optional.of(stage));
    }

    /** Looked at by one that does not mean to send any. */
    private static HeartbeatState seen() {
        return state(heartbeat(Duration.ofDays(1)));
    }

    private static HeartbeatState state(Heartbeat heartbeat) {
        heartbeat.runOnce();
        return heartbeat.last().orElseThrow().state().orElseThrow();
    }

    private HeartbeatState last() {
        return heartbeat.last().orElseThrow().state().orElseThrow();
    }

    private static void sequence() {
        database.query("SELECT * FROM dbsync.backfill_null_sequence_ids()");
    }

    private static void claim() {
        database.update("UPDATE dbsync.\"OutgoingRequest\" SET \"startedFulfillingAt\" = now(),"
                + " \"claimToken\" = gen_random_uuid(), \"leaseUntil\" = now() + interval '5 minutes'");
    }

    private static void arrive() {
        database.update("UPDATE dbsync.\"Heartbeat\" SET \"arrivedBeat\" = \"beat\", \"arrivedAt\" = clock_timestamp(),"
                + " \"took\" = clock_timestamp() - \"writtenAt\"");
    }

    private static void acknowledge() {
        database.update("DELETE FROM dbsync.\"OutgoingRequest\"");
    }

    private static void makeDue() {
        database.update("UPDATE dbsync.\"Heartbeat\" SET \"sentAt\" = now() - interval '1 hour'");
    }

    private static Heartbeat heartbeat(Duration interval) {
        var source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setUser(database.username());
        source.setPassword(database.password());
        return new Heartbeat(
                source,
                new HeartbeatConfig() {
                    @Override
                    public Duration interval() {
                        return interval;
                    }

                    @Override
                    public Duration patience() {
                        return Duration.ofSeconds(30);
                    }
                },
                Clock.systemUTC());
    }
}
