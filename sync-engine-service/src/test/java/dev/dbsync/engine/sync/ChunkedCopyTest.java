package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.engine.destination.Admission;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.quarantine.QuarantineStore;
import dev.dbsync.engine.receive.SyncSummary;
import dev.dbsync.engine.sync.MappingSync.Step;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.engine.target.TargetsConfig;
import dev.dbsync.engine.target.postgres.PostgresTarget;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies in chunks, with chunks so small that everything takes several. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(ChunkedCopyTest.SmallChunks.class)
class ChunkedCopyTest extends OneDestination {

    public static class SmallChunks implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "dbsync.mappings-directory", "src/test/resources/mappings",
                    "dbsync.engine.page-rows", "3",
                    "dbsync.engine.page-bytes", "4000",
                    "dbsync.engine.copy-chunk-rows", "10",
                    "dbsync.engine.copy-chunk-bytes", "20000",
                    "dbsync.engine.max-quarantined-rows", "20");
        }
    }

    @Inject
    SourceReader source;

    @Inject
    QuarantineStore quarantine;

    @Inject
    ActiveMappings mappings;

    @Inject
    SyncConfig config;

    @Inject
    TargetsConfig targetsConfig;

    private final List<AutoCloseable> toClose = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : toClose) {
            one.close();
        }
    }

    @Test
    void everyTypeArrives() {
        putRows(1, 45);
        app.put(tenancy, "r", 46, """
                u = '00000000-0000-0000-0000-00000000000a', t = E'a\\\\b\\n"c" ''é''', b = true, i = -7, d = 'NaN', n = 12345678901234567890.125,
                day = '0044-03-15 BC', at = 'infinity', local = '2026-01-02 03:04:05.678901', utc = '2026-01-02 03:04:05',
                j = '{"a": [1, null, "x"]}', x = '\\x00ff', texts = ARRAY['a', NULL, '{'], numbers = ARRAY[[1, 2], [3, 4]],
                moments = ARRAY['2026-01-02 03:04:05+00'::timestamptz]""");

        assertThat(sync()).isEqualTo(SYNCED);

        app.assertSame(tenancy, target);
        assertThat(target.queryLong("SELECT count(*) FROM every_type")).isEqualTo(46);
        assertThat(copied()).isEqualTo(46);
    }

    @Test
    void aFullTableIsCopiedOverAndWhatTheSourceHasNotGoes() {
        putRows(1, 45);
        sync();
        target.execute(
                "UPDATE every_type SET t = 'edited' WHERE id % 3 = 0",
                "DELETE FROM every_type WHERE id % 7 = 0",
                "INSERT INTO every_type (region, id) SELECT 'stray', n FROM generate_series(1, 20) AS n");
        app.truncated();

        assertThat(sync()).isEqualTo(SYNCED);

        app.assertSame(tenancy, target);
        assertThat(copied()).isEqualTo(45);
    }

    /** Chunk two is read while chunk one is written; then another run applies a change to a row of it. */
    @Test
    void whatWasReadAheadDoesNotCountOnceAnotherRunHasWrittenThePosition() throws Exception {
        putRows(1, 45);
        MappingSync slow = run();
        assertThat(slow.step(false)).isInstanceOf(Step.Advanced.class);
        chunkOf(slow);
        settle();
        app.put(tenancy, "r", 15, "t = 'newer'");
        app.sequence();
        MappingSync other = run();
        assertThat(((Step.Advanced) other.step(true)).plan()).isInstanceOf(MappingPlan.FollowPage.class);

        chunkOf(slow);

        assertThat(target.queryText("SELECT t FROM every_type WHERE id = 15")).isEqualTo("newer");
        finish(slow);
        app.assertSame(tenancy, target);
    }

    /** The other run leaves the position's row with the very same contents. */
    @Test
    void evenIfThePositionLooksTheSame() throws Exception {
        putRows(1, 45);
        MappingSync slow = run();
        slow.step(false);
        chunkOf(slow);
        settle();
        String before = target.queryText("SELECT p::text FROM _external_db_sync_metadata AS p");
        internal.update("UPDATE app.\"Every.Type\" SET t = 'newer' WHERE tenant = ? AND id = 15", tenancy);
        target.execute("UPDATE _external_db_sync_metadata SET updated_at = updated_at");
        assertThat(target.queryText("SELECT p::text FROM _external_db_sync_metadata AS p"))
                .isEqualTo(before);

        chunkOf(slow);

        assertThat(target.queryText("SELECT t FROM every_type WHERE id = 15")).isEqualTo("newer");
    }

    @Test
    void whatWasReadAheadIsUsedWhereNobodyCameInBetween() throws Exception {
        putRows(1, 45);
        MappingSync run = run();
        run.step(false);
        chunkOf(run);
        settle();
        internal.update("UPDATE app.\"Every.Type\" SET t = 'newer' WHERE tenant = ? AND id = 15", tenancy);

        chunkOf(run);

        // As it was when it was read: the change is not in the log yet, and comes with its entry.
        assertThat(target.queryText("SELECT t FROM every_type WHERE id = 15")).isEqualTo("row 15");
        app.changed(tenancy, "r", 15);
        app.sequence();
        finish(run);
        app.assertSame(tenancy, target);
    }

    /** A truncate shows in snapshots older than itself: its table must not be found empty under the old generation. */
    @Test
    void aTruncateUnderWayIsWaitedForBeforeTheSnapshot() throws Exception {
        putRows(1, 45);
        MappingSync run = run();
        run.step(false);
        Destination destination = destination();
        var begun = new Position(Phase.COPYING, 0, null, Optional.empty(), false, generation(), "", "", 0, null, null);
        try (Connection truncating = internal.connect();
                Statement statement = truncating.createStatement()) {
            truncating.setAutoCommit(false);
            statement.execute("DELETE FROM app.\"Every.Type\" WHERE tenant <> '" + tenancy + "'");
            statement.execute("LOCK TABLE app.\"Every.Type\" IN ACCESS EXCLUSIVE MODE");
            var seen = new ArrayList<SourceFacts>();
            CompletableFuture<Optional<Chunk>> chunk = source.chunks()
                    .readAhead(
                            new ChunkReader.Request(
                                    mappings.wantedBy(destination).get(0), destination, begun, 10, 0),
                            seen::add);
            Awaitility.await()
                    .until(() -> internal.queryLong(
                                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'app.\"Every.Type\"'::regclass")
                            > 0);
            statement.execute("TRUNCATE app.\"Every.Type\"");
            statement.execute("INSERT INTO dbsync.\"CaptureGeneration\" (\"tableName\", \"reason\")"
                    + " VALUES ('app.Every.Type', 'truncated')");
            truncating.commit();

            chunk.get(20, TimeUnit.SECONDS).ifPresent(Chunk::close);

            assertThat(seen)
                    .singleElement()
                    .satisfies(facts -> assertThat(facts.generation()).isEqualTo(generation()));
        }
    }

    @Test
    void aCopyGoesOnWhereAnotherRunLeftIt() throws Exception {
        putRows(1, 45);
        MappingSync first = run();
        first.step(false);
        chunkOf(first);
        chunkOf(first);

        assertThat(sync()).isEqualTo(SYNCED);

        app.assertSame(tenancy, target);
        assertThat(copied()).isEqualTo(45);
    }

    @Test
    void rowsThatAreThereAlreadyAreMergedThoughTheTableWasEmpty() throws Exception {
        putRows(1, 45);
        MappingSync run = run();
        run.step(false);
        chunkOf(run);
        target.execute("INSERT INTO every_type (region, id, t) VALUES ('r', 25, 'early')");

        finish(run);

        app.assertSame(tenancy, target);
        assertThat(copied()).isEqualTo(45);
    }

    @Test
    void aRefusedRowCostsOnlyItself() {
        putRows(1, 9);
        sync();
        target.execute("ALTER TABLE every_type ADD CONSTRAINT no_bad_rows CHECK (t NOT LIKE 'bad%')");
        putRows(10, 60);
        app.put(tenancy, "r", 33, "t = 'bad'");
        app.truncated();

        assertThat(sync()).isEqualTo(SYNCED);

        assertThat(target.queryLong("SELECT count(*) FROM every_type")).isEqualTo(59);
        assertThat(internal.queryLong("SELECT count(*) FROM dbsync.\"QuarantinedRow\""))
                .isEqualTo(1);
    }

    @Test
    void chunksAreBoundedInBytes() throws Exception {
        for (int id = 1; id <= 30; id++) {
            app.put(tenancy, "r", id, "t = repeat(md5('" + id + "'), 300)");
        }
        MappingSync run = run();
        run.step(false);

        Step.Advanced chunk = chunkOf(run);

        assertThat(chunk.position().rowsCopied()).isBetween(1L, 3L);
        finish(run);
        app.assertSame(tenancy, target);
        settle();
    }

    @Test
    void aTriggerOfTheTenantsSendsTheRowsByPage() {
        putRows(1, 45);
        sync();
        target.execute(
                "CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
                "CREATE TRIGGER skip BEFORE INSERT OR UPDATE ON every_type FOR EACH ROW EXECUTE FUNCTION skip()",
                "DELETE FROM every_type WHERE id % 2 = 0",
                "UPDATE _external_db_sync_metadata SET phase = 'pending'");

        assertThat(sync()).isNotEqualTo(SYNCED);
        assertThat(internal.queryText("SELECT m.\"errorCode\" FROM dbsync.\"ExternalDatabaseMapping\" AS m"
                        + " JOIN dbsync.\"ExternalDatabase\" USING (\"destinationId\") WHERE \"tenancyId\" = '"
                        + tenancy
                        + "'"))
                .isEqualTo("TARGET_ROWS_NOT_KEPT");
    }

    /** Every third row without a label, and every third with one that is not there. */
    private void putRows(int from, int to) {
        internal.execute("INSERT INTO app.label (id, text) VALUES (1, 'one') ON CONFLICT (id) DO NOTHING");
        for (int id = from; id <= to; id++) {
            app.put(tenancy, "r", id, "t = 'row " + id + "', label = nullif(" + id % 3 + ", 0)");
        }
        app.sequence();
    }

    private SyncSummary sync() {
        app.sequence();
        return service.sync(tenancy);
    }

    private long generation() {
        return internal.queryLong(
                "SELECT max(\"id\") FROM dbsync.\"CaptureGeneration\" WHERE \"tableName\" IN ('app.Every.Type', 'app.label')");
    }

    private long copied() {
        return target.queryLong("SELECT rows_copied FROM _external_db_sync_metadata WHERE mapping_name = 'every_type'");
    }

    private Destination destination() {
        return ((Admission.Admitted) service.admission(tenancy)).destinations().get(0);
    }

    /** A run of an engine of its own. */
    private MappingSync run() throws Exception {
        Destination destination = destination();
        Connection connection = target.connect();
        toClose.add(connection);
        var identity = new PostgresTarget.Identity(
                tenancy, destination.destinationId(), destination.installationId(), destination.schema());
        var postgres = new PostgresTarget(connection, identity, targetsConfig);
        var bound = mappings.wantedBy(destination).get(0);
        postgres.prepare(List.of(bound.mapping()), Optional.empty(), former -> false);
        postgres.rollback();
        var run = new MappingSync(bound, destination, postgres, source, quarantine, config, Clock.systemUTC(), "");
        toClose.add(0, run);
        return run;
    }

    private static Step.Advanced chunkOf(MappingSync run) throws Exception {
        var step = (Step.Advanced) run.step(false);
        assertThat(step.plan()).isInstanceOf(MappingPlan.CopyPage.class);
        return step;
    }

    /** Until what is read ahead has been read. */
    private void settle() {
        Awaitility.await()
                .pollDelay(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(internal.queryText(
                                "SELECT coalesce(string_agg(concat_ws(' ', state, xact_start, query), E'\\n'), '') FROM pg_stat_activity"
                                        + " WHERE datname = current_database() AND xact_start IS NOT NULL"
                                        + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"))
                        .as("transactions under way")
                        .isEmpty());
    }

    private static void finish(MappingSync run) throws SQLException, Exception {
        boolean logFirst = false;
        while (run.step(logFirst) instanceof Step.Advanced advanced) {
            logFirst = !(advanced.plan() instanceof MappingPlan.FollowPage);
        }
    }
}
