package dev.dbsync.sequencer.purge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class LogPurgerTest {

    private static TestDatabase database;

    private LogPurger purger;
    private final UUID tenancy = UUID.randomUUID();

    @BeforeAll
    static void createDatabase() {
        database = InternalDatabase.migrated(PostgresServer.shared());
    }

    @AfterAll
    static void dropDatabase() {
        database.drop();
    }

    @BeforeEach
    void prepare() {
        database.execute(
                "TRUNCATE dbsync.\"ChangedRow\", dbsync.\"DeletedRow\", dbsync.\"ExternalDatabase\", dbsync.\"PurgeFloor\" CASCADE");
        var source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setUser(database.username());
        source.setPassword(database.password());
        purger = new LogPurger(source, new Config(), new SimpleMeterRegistry());
        List<BoundMapping> mappings = MappingCatalog.load(Optional.empty()).all().stream()
                .map(mapping -> new BoundMapping(mapping, Map.of()))
                .toList();
        purger.load(mappings);
    }

    @Test
    void whatEveryDestinationHasPassedIsPurgedAndTheFloorRecorded() throws SQLException {
        follow("a", "users", 30);
        follow("b", "users", 20);
        entries("ProjectUser", "2 hours", 10, 20, 30);

        assertThat(purger.runOnce()).isEqualTo(2);

        assertThat(remaining()).isEqualTo("30");
        assertThat(database.queryLong("SELECT \"sequenceId\" FROM dbsync.\"PurgeFloor\""))
                .isEqualTo(20);
    }

    @Test
    void youngEntriesStay() throws SQLException {
        follow("a", "users", 30);
        entries("ProjectUser", "30 minutes", 10);

        assertThat(purger.runOnce()).isZero();
    }

    @Test
    void entriesThatAreNotSequencedStayHoweverOld() throws SQLException {
        database.update(
                "INSERT INTO dbsync.\"ChangedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\", \"changedAt\")"
                        + " VALUES (?, 'ProjectUser', '{}', now() - interval '30 days')",
                tenancy);

        assertThat(purger.runOnce()).isZero();
    }

    @Test
    void aPausedDestinationHoldsBackUntilTheRetentionIsOver() throws SQLException {
        follow("a", "users", 5);
        database.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"paused\" = true");
        entries("ProjectUser", "6 days", 10);
        entries("ProjectUser", "8 days", 11);

        assertThat(purger.runOnce()).isOne();

        assertThat(remaining()).isEqualTo("10");
    }

    @Test
    void aRunningCopyKeepsWhatItAnnounced() throws SQLException {
        follow("a", "users", 30);
        database.execute("UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"neededFrom\" = 10");
        entries("ProjectUser", "2 hours", 10, 20);

        purger.runOnce();

        assertThat(remaining()).isEqualTo("20");
    }

    /**
     * The purge has read its bounds, which know of no destination, and waits at a row that it deletes. Whoever announces a copy
     * now begins at the last id given, so it needs none of what goes; and the next run keeps what came since.
     */
    @Test
    void aDestinationThatComesWhileAPurgeRunsMissesNothingAboveItsStart() throws Exception {
        entries("ProjectUser", "2 hours", 10, 20);
        database.execute("UPDATE dbsync.\"SequencerState\" SET \"lastSequenceId\" = 20");
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT FROM dbsync.\"ChangedRow\" WHERE \"sequenceId\" = 10 FOR UPDATE");
            var running = CompletableFuture.supplyAsync(this::purged);
            await().until(() -> database.queryLong("SELECT count(*) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                    > 0);
            other.createStatement().execute(announced());
            other.commit();

            assertThat(running.get(20, TimeUnit.SECONDS)).isEqualTo(2);
        }
        long neededFrom = database.queryLong("SELECT \"neededFrom\" FROM dbsync.\"ExternalDatabaseMapping\"");
        assertThat(database.queryLong("SELECT \"sequenceId\" FROM dbsync.\"PurgeFloor\""))
                .isLessThanOrEqualTo(neededFrom);
        assertThat(purger.runOnce()).isZero();
        assertThat(remaining()).isEqualTo("30");
    }

    @Test
    void onlyMappingsOfTheTableHoldItsEntriesBack() throws SQLException {
        follow("a", "teams", 0);
        follow("b", "users", 30);
        entries("ProjectUser", "2 hours", 10);

        assertThat(purger.runOnce()).isOne();
    }

    @Test
    void aMappingThatIsNotLoadedHereHoldsEveryTableBack() throws SQLException {
        follow("a", "theirs", 5);
        entries("ProjectUser", "2 hours", 10);

        assertThat(purger.runOnce()).isZero();
    }

    @Test
    void aTableThatNoLoadedMappingCopiesIsPurgedByTheRetentionOnly() throws SQLException {
        entries("Theirs", "6 days", 10);
        entries("Theirs", "8 days", 11);

        assertThat(purger.runOnce()).isOne();
    }

    @Test
    void disabledAndUnknownDestinationsHoldNothingBack() throws SQLException {
        follow("a", "users", 5);
        database.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"enabled\" = false");
        entries("ProjectUser", "2 hours", 10);

        assertThat(purger.runOnce()).isOne();
    }

    @Test
    void tombstonesArePurgedLikewiseAndARunGoesThroughAllStretches() throws SQLException {
        follow("a", "users", 1000);
        for (int i = 1; i <= 25; i++) {
            database.update(
                    "INSERT INTO dbsync.\"DeletedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\", \"data\", \"sequenceId\","
                            + " \"shouldUpdateSequenceId\", \"deletedAt\") VALUES (?, 'ProjectUser', '{}', '{}', ?, false,"
                            + " now() - interval '2 hours')",
                    tenancy,
                    i);
        }

        assertThat(purger.runOnce()).isEqualTo(25);
        assertThat(database.queryLong("SELECT \"sequenceId\" FROM dbsync.\"PurgeFloor\""))
                .isEqualTo(25);
    }

    private long purged() {
        try {
            return purger.runOnce();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String remaining() {
        return database.queryText(
                "SELECT string_agg(\"sequenceId\"::text, ',' ORDER BY \"sequenceId\") FROM dbsync.\"ChangedRow\"");
    }

    private void entries(String table, String age, long... sequenceIds) {
        for (long id : sequenceIds) {
            database.update(
                    "INSERT INTO dbsync.\"ChangedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\", \"sequenceId\","
                            + " \"shouldUpdateSequenceId\", \"changedAt\") VALUES (?, ?, '{}', ?, false, now() - ?::interval)",
                    tenancy,
                    table,
                    id,
                    age);
        }
    }

    private void follow(String id, String mapping, long watermark) {
        database.update("""
                WITH x AS (
                    INSERT INTO dbsync."ExternalDatabase"
                        ("tenancyId", "id", "type", "connectionCiphertext", "connectionKeyId", "host", "port", "database", "user")
                    VALUES (?, ?, 'postgres', '', 'k', 'h', 5432, 'd', 'u') RETURNING "destinationId")
                INSERT INTO dbsync."ExternalDatabaseMapping" ("destinationId", "mappingId", "state", "lastSyncedSequenceId")
                SELECT "destinationId", ?, 'following', ? FROM x
                """, tenancy, id, mapping, watermark);
    }

    /** A database, its copy announced as the engine does before it reads where to begin, and a change behind that. */
    private String announced() {
        return """
                WITH x AS (
                    INSERT INTO dbsync."ExternalDatabase"
                        ("tenancyId", "id", "type", "connectionCiphertext", "connectionKeyId", "host", "port", "database", "user")
                    VALUES ('%1$s', 'late', 'postgres', '', 'k', 'h', 5432, 'd', 'u') RETURNING "destinationId")
                INSERT INTO dbsync."ExternalDatabaseMapping" ("destinationId", "mappingId", "state", "neededFrom")
                SELECT x."destinationId", 'users', 'copying', s."lastSequenceId" FROM x CROSS JOIN dbsync."SequencerState" AS s;
                INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey", "sequenceId", "shouldUpdateSequenceId", "changedAt")
                VALUES ('%1$s', 'ProjectUser', '{}', 30, false, now() - interval '2 hours');
                UPDATE dbsync."SequencerState" SET "lastSequenceId" = 30""".formatted(tenancy);
    }

    /** The defaults, with stretches short enough to need several. */
    private static final class Config implements PurgeConfig {
        @Override
        public boolean enabled() {
            return true;
        }

        @Override
        public Duration minimumAge() {
            return Duration.ofHours(1);
        }

        @Override
        public Duration retention() {
            return Duration.ofDays(7);
        }

        @Override
        public int batchSize() {
            return 10;
        }

        @Override
        public int batchesPerRun() {
            return 200;
        }
    }
}
