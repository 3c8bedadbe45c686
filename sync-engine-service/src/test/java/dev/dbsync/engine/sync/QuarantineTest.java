package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.engine.receive.SyncSummary;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that a target refuses: the others go on, and none is forgotten. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(TenancySyncServiceTest.SmallPages.class)
class QuarantineTest extends OneDestination {

    private static final String NO_BAD_ROWS =
            "ALTER TABLE every_type ADD CONSTRAINT no_bad_rows CHECK (t NOT LIKE 'bad%')";

    @BeforeEach
    void connect() {
        put(0, "first");
        assertThat(sync()).isEqualTo(SYNCED);
    }

    @Test
    void oneRefusedRowDoesNotKeepTheOthersWaiting() {
        target.execute(NO_BAD_ROWS);
        for (int id = 1; id <= 30; id++) {
            put(id, id % 10 == 3 ? "bad " + id : "good " + id);
        }

        assertThat(sync()).isEqualTo(SYNCED);

        assertThat(target.queryLong("SELECT count(*) FROM every_type WHERE t LIKE 'good%'"))
                .isEqualTo(27);
        assertThat(quarantinedIds()).containsExactly("3", "13", "23");
        assertThat(quarantined("errorCode")).isEqualTo("TARGET_ROW_REFUSED");
        assertThat(quarantined("errorSqlState")).isEqualTo("23514");
        assertThat(quarantined("errorMessage")).contains("no_bad_rows").doesNotContain("bad 3");
        assertThat(internal.queryText("SELECT m.\"errorCode\" FROM dbsync.\"ExternalDatabaseMapping\" AS m"
                        + " JOIN dbsync.\"ExternalDatabase\" USING (\"destinationId\") WHERE \"tenancyId\" = '"
                        + tenancy + "'"))
                .isNull();
    }

    @Test
    void aCopyGoesOnWithoutTheRowsThatAreRefused() {
        for (int id = 1; id <= 30; id++) {
            put(id, id % 10 == 3 ? "bad " + id : "good " + id);
        }
        target.execute("TRUNCATE every_type", NO_BAD_ROWS);

        assertThat(sync()).isEqualTo(SYNCED);

        assertThat(target.queryLong("SELECT count(*) FROM every_type")).isEqualTo(28);
        assertThat(quarantinedIds()).containsExactly("3", "13", "23");
    }

    @Test
    void aRowThatMayNotGoIsQuarantinedUntilItMay() {
        put(1, "referred to");
        put(2, "free");
        sync();
        target.execute(
                "CREATE TABLE orders (region text, id bigint, FOREIGN KEY (region, id) REFERENCES every_type)",
                "INSERT INTO orders VALUES ('r', 1)");
        app.delete(tenancy, "r", 1);
        app.delete(tenancy, "r", 2);

        assertThat(sync()).isEqualTo(SYNCED);
        assertThat(ids()).containsExactly("0", "1");
        assertThat(quarantinedIds()).containsExactly("1");

        target.execute("DROP TABLE orders");
        requeue();
        assertThat(sync()).isEqualTo(SYNCED);
        assertThat(quarantinedIds()).isEmpty();
        app.assertSame(tenancy, target);
    }

    @Test
    void aConstraintThatIsCheckedOnlyAtTheCommitNamesItsRowToo() {
        target.execute(
                "CREATE TABLE allowed (t text PRIMARY KEY)",
                "INSERT INTO allowed VALUES ('first'), ('good')",
                "ALTER TABLE every_type ADD FOREIGN KEY (t) REFERENCES allowed DEFERRABLE INITIALLY DEFERRED");
        put(1, "good");
        put(2, "bad");
        put(3, "good");

        assertThat(sync()).isEqualTo(SYNCED);

        assertThat(ids()).containsExactly("0", "1", "3");
        assertThat(quarantinedIds()).containsExactly("2");
        assertThat(quarantined("errorSqlState")).isEqualTo("23503");
    }

    @Test
    void aTriggerMayRaiseWhatItLikesAndNoValueIsRepeated() {
        target.execute(
                """
                CREATE FUNCTION grumble() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF new.t LIKE 'bad%' THEN
                        RAISE EXCEPTION 'I do not like %', new.t USING ERRCODE = 'MY001';
                    END IF;
                    RETURN new;
                END $$""", "CREATE TRIGGER grumble BEFORE INSERT ON every_type FOR EACH ROW EXECUTE FUNCTION grumble()");
        put(1, "good");
        put(2, "bad secret");

        assertThat(sync()).isEqualTo(SYNCED);

        assertThat(ids()).containsExactly("0", "1");
        assertThat(quarantined("errorSqlState")).isEqualTo("MY001");
        assertThat(quarantined("errorMessage")).doesNotContain("secret");
    }

    @Test
    void rowsThatStandInEachOthersWayOnlyForAMomentAreNotRefused() {
        target.execute("CREATE UNIQUE INDEX ON every_type (t)");
        put(1, "shared");
        sync();
        put(5, "shared");
        app.sequence(); // so that it comes first in the page, while the other still has the value
        put(1, "moved on");

        assertThat(sync()).isEqualTo(SYNCED);

        assertThat(quarantinedIds()).isEmpty();
        app.assertSame(tenancy, target);
    }

    @Test
    void aQuarantinedRowIsReleasedWhenItsSourceRowBecomesAcceptable() {
        target.execute(NO_BAD_ROWS);
        put(1, "bad");
        put(2, "bad");
        sync();
        assertThat(quarantinedIds()).containsExactly("1", "2");

        put(1, "good");
        app.delete(tenancy, "r", 2);
        sync();

        assertThat(quarantinedIds()).isEmpty();
        app.assertSame(tenancy, target);
    }

    @Test
    void aQuarantinedRowIsTriedAgainThroughTheLogAndCountsItsAttempts() {
        target.execute(NO_BAD_ROWS);
        put(1, "bad");
        sync();
        requeue();
        sync();
        assertThat(quarantined("attempts")).isEqualTo("2");

        target.execute("ALTER TABLE every_type DROP CONSTRAINT no_bad_rows");
        requeue();
        sync();

        assertThat(quarantinedIds()).isEmpty();
        app.assertSame(tenancy, target);
    }

    /** Else a crash between the two commits would leave the row in neither place. */
    @Test
    void nothingIsCommittedInTheTargetBeforeTheRefusedRowIsDurable() {
        target.execute(NO_BAD_ROWS);
        String before = watermark();
        internal.execute(
                """
                CREATE FUNCTION app.no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$""",
                "CREATE TRIGGER no_room BEFORE INSERT ON dbsync.\"QuarantinedRow\" EXECUTE FUNCTION app.no_room()");
        try {
            put(1, "bad");
            put(2, "good");
            assertThatThrownBy(this::sync).isInstanceOf(IllegalStateException.class);
            assertThat(watermark()).isEqualTo(before);
            assertThat(ids()).containsExactly("0");
        } finally {
            internal.execute("DROP FUNCTION app.no_room() CASCADE");
        }
        sync();
        assertThat(ids()).containsExactly("0", "2");
        assertThat(quarantinedIds()).containsExactly("1");
    }

    /** A copy leaves no entry in the log: were it to release the row, a target restored to the time before it would lack it for good. */
    @Test
    void aCopyReleasesNothing() {
        target.execute(NO_BAD_ROWS);
        put(1, "bad");
        sync();
        target.execute("ALTER TABLE every_type DROP CONSTRAINT no_bad_rows", "TRUNCATE every_type");

        sync();
        app.assertSame(tenancy, target);
        assertThat(quarantinedIds()).containsExactly("1");

        requeue();
        sync();
        assertThat(quarantinedIds()).isEmpty();
    }

    /** The page was read before the row was parked; a failover may lose the one and keep the other. */
    @Test
    void aFailoverThatLosesTheQuarantinedRowHasTheMappingCopiedAgain() {
        target.execute(NO_BAD_ROWS);
        put(1, "bad");
        internal.execute(
                """
                CREATE FUNCTION app.tick() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN UPDATE dbsync."SequencerState" SET "tick" = "tick" + 10; RETURN NULL; END $$""", "CREATE TRIGGER tick AFTER INSERT ON dbsync.\"QuarantinedRow\" EXECUTE FUNCTION app.tick()");
        try {
            sync();
        } finally {
            internal.execute("DROP FUNCTION app.tick() CASCADE");
        }
        internal.execute(
                "DELETE FROM dbsync.\"QuarantinedRow\"",
                "INSERT INTO dbsync.\"SourceHistory\" (\"beganAtTick\", \"place\") SELECT \"tick\" - 5, 'a standby' FROM dbsync.\"SequencerState\"");
        target.execute("ALTER TABLE every_type DROP CONSTRAINT no_bad_rows");
        sync();

        app.assertSame(tenancy, target);
    }

    /** A run that stood still after its commit knows nothing of what a later one was refused. */
    @Test
    void aRefusalThatIsNewerThanThePageIsNotReleased() {
        target.execute(NO_BAD_ROWS);
        put(1, "bad");
        sync();
        internal.execute("UPDATE dbsync.\"QuarantinedRow\" SET \"refusedAt\" = now() + interval '1 hour'");
        put(1, "good");
        sync();

        assertThat(quarantinedIds()).containsExactly("1");
    }

    @Test
    void whenNearlyEverythingIsRefusedTheMappingStopsInstead() {
        target.execute(NO_BAD_ROWS);
        for (int id = 1; id <= 30; id++) {
            put(id, "bad " + id);
        }

        assertThat(sync()).isEqualTo(new SyncSummary(1, 0, 1));
        assertThat(quarantinedIds().size()).isLessThanOrEqualTo(20);
        assertThat(internal.queryText("SELECT m.\"errorMessage\" FROM dbsync.\"ExternalDatabaseMapping\" AS m"
                        + " JOIN dbsync.\"ExternalDatabase\" USING (\"destinationId\") WHERE \"tenancyId\" = '"
                        + tenancy + "'"))
                .startsWith("More than 20 rows are refused");

        target.execute("ALTER TABLE every_type DROP CONSTRAINT no_bad_rows");
        internal.execute("UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"nextAttemptAt\" = now()");
        requeue();
        assertThat(sync()).isEqualTo(SYNCED);
        assertThat(quarantinedIds()).isEmpty();
        app.assertSame(tenancy, target);
    }

    private void put(long id, String text) {
        app.put(tenancy, "r", id, "t = '" + text + "'");
    }

    private SyncSummary sync() {
        app.sequence();
        return service.sync(tenancy);
    }

    /** What the poller does with rows whose time has come. */
    private void requeue() {
        internal.execute("INSERT INTO dbsync.\"DeletedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\", \"data\")"
                + " SELECT \"tenancyId\", \"tableName\", \"data\", \"data\" FROM dbsync.\"QuarantinedRow\"");
    }

    private String watermark() {
        return target.queryText("SELECT last_synced_sequence_id::text FROM _external_db_sync_metadata");
    }

    private List<String> ids() {
        return texts(target, "SELECT id::text AS text FROM every_type ORDER BY id");
    }

    private List<String> quarantinedIds() {
        return texts(
                internal,
                "SELECT \"key\" ->> 'id' AS text FROM dbsync.\"QuarantinedRow\" ORDER BY (\"key\" ->> 'id')::bigint");
    }

    private String quarantined(String column) {
        return internal.queryText("SELECT \"" + column + "\"::text FROM dbsync.\"QuarantinedRow\" LIMIT 1");
    }

    private static List<String> texts(TestDatabase database, String sql) {
        return database.query(sql).stream().map(row -> (String) row.get("text")).toList();
    }
}
