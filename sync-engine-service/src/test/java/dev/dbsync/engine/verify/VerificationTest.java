package dev.dbsync.engine.verify;

import static dev.dbsync.engine.Operator.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.engine.sync.DestinationChecks;
import dev.dbsync.engine.sync.MappingCheck;
import dev.dbsync.engine.sync.MappingCheck.Judgement;
import dev.dbsync.engine.sync.MappingCheck.Standing;
import dev.dbsync.engine.sync.OneDestination;
import dev.dbsync.engine.target.TargetRefusedException;
import dev.dbsync.engine.verify.VerificationStore.Claimed;
import dev.dbsync.engine.verify.VerificationStore.LeaseLost;
import dev.dbsync.engine.verify.VerificationView.MappingView;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(VerificationTest.ByHand.class)
class VerificationTest extends OneDestination {

    /** Slices are done by the test; ranges are so small that everything takes several. */
    public static class ByHand implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "dbsync.mappings-directory", "src/test/resources/mappings",
                    "dbsync.engine.page-rows", "50",
                    "dbsync.engine.page-bytes", "2000000",
                    "dbsync.verify.enabled", "false",
                    "dbsync.verify.piece-rows", "8",
                    "dbsync.verify.settle-time", "1s",
                    "dbsync.verify.history", "3");
        }
    }

    @Inject
    Verifier verifier;

    @Inject
    DestinationChecks checks;

    @Inject
    VerificationStore store;

    private final String path =
            "/api/latest/internal/external-db-sync/tenancies/" + tenancy + "/external-databases/main";

    @BeforeEach
    void connectAndCopy() {
        for (int id = 0; id < 60; id++) {
            app.put(tenancy, id % 2 == 0 ? "a" : "B", id, "t = 'row " + id + "', label = " + id % 3);
        }
        app.sequence();
        assertThat(app.sync(service, tenancy)).isEqualTo(SYNCED);
    }

    @AfterEach
    void drop() {
        internal.update("DELETE FROM dbsync.\"PendingExpansion\"");
    }

    @Test
    void everyTypeIsTheSameOnBothSides() {
        app.put(tenancy, "r", 1, """
                u = gen_random_uuid(), t = E'quotes '' " \\\\ back, emoji 🙂, control \\x01\\x1f\\x7f, comma {}', b = true, i = -2147483648,
                d = 0.1::float8 + 0.2, n = 12345678901234567890.000000000123, day = '2026-02-28', at = '2026-03-29 02:30:00.123456+02',
                local = '1999-12-31 23:59:59.999999', utc = '2026-07-01 12:00', j = 'null',
                x = '\\x00ff10', texts = ARRAY['a,b', NULL, '', 'NULL', '"', E'\\\\'], numbers = '{{1,2},{3,4}}', moments = ARRAY[now(), NULL]""");
        app.put(
                tenancy,
                "r",
                2,
                "d = 'NaN', n = 'NaN', at = 'infinity', day = '-infinity', j = '{\"b\": [1.50, \"\\u00e9\"], \"a\": {}}', texts = '{}'");
        app.put(tenancy, "r, 'é", 3, "t = '', d = -0.0, n = 1.00, x = ''");
        app.put(
                tenancy,
                "R",
                4,
                "t = 'NULL', d = 1e300, n = -1e-20, day = '0044-03-15 BC', texts = ARRAY[NULL]::text[]");
        app.put(tenancy, "🙂", 5, "t = repeat('x', 100000)");
        app.sequence();
        app.sync(service, tenancy);
        // Whatever the tenant prefers must not show.
        target.execute(
                "ALTER DATABASE \"" + target.name() + "\" SET bytea_output = 'escape'",
                "ALTER DATABASE \"" + target.name() + "\" SET extra_float_digits = -5",
                "ALTER DATABASE \"" + target.name() + "\" SET datestyle = 'SQL, DMY'",
                "ALTER DATABASE \"" + target.name() + "\" SET timezone = 'Asia/Kolkata'",
                "ALTER DATABASE \"" + target.name() + "\" SET intervalstyle = 'iso_8601'");
        target.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        MappingView found = verified(false);

        assertThat(found.result()).isEqualTo("identical");
        assertThat(target.queryText("SELECT verified_sequence_id::text FROM _external_db_sync_status"
                        + " WHERE verified_at BETWEEN now() - interval '1 minute' AND now()"))
                .isEqualTo(found.sequenceId());
        assertThat(found.rowsCompared()).isEqualTo("65");
        assertThat(found.sequenceId())
                .isEqualTo(target.queryText("SELECT last_synced_sequence_id::text FROM _external_db_sync_metadata"));
    }

    @Test
    void everyKindOfDifferenceIsFoundAndOnlyTold() {
        plant();

        MappingView found = verified(false);

        assertThat(List.of(found.result(), found.missing(), found.extra(), found.different(), found.repaired()))
                .containsExactly("different", "1", "1", "2", "0");
        assertThat(target.queryLong("SELECT count(verified_at) FROM _external_db_sync_status"))
                .isZero();
        assertThat(found.keys().stream().map(key -> key.kind() + " " + key.key()))
                .containsExactlyInAnyOrder(
                        "missing {region=a, id=10}",
                        "extra {region=of the tenant, id=1}",
                        "different {region=B, id=21}",
                        "different {region=a, id=30}");
        operator()
                .get("/api/latest/internal/external-db-sync/status?scope=tenancy&tenancyId=" + tenancy)
                .then()
                .body("sync_engine.external_databases[0].mapping_status[0].verified.identical", equalTo(false))
                .body("sync_engine.external_databases[0].mapping_status[0].verified.differences", equalTo("4"));
    }

    @Test
    void aRepairWritesTheKeysThatDifferAndNoOthers() {
        plant();
        long position = target.queryLong("SELECT last_synced_sequence_id FROM _external_db_sync_metadata");
        String untouched =
                "SELECT string_agg(xmin::text, ',' ORDER BY id) FROM every_type WHERE id NOT IN (1, 10, 21, 30)";
        String before = target.queryText(untouched);

        MappingView found = verified(true);

        assertThat(List.of(found.result(), found.missing(), found.extra(), found.different(), found.repaired()))
                .containsExactly("identical", "1", "1", "2", "4");
        app.assertSame(tenancy, target);
        assertThat(target.queryText(untouched)).isEqualTo(before);
        assertThat(target.queryLong("SELECT last_synced_sequence_id FROM _external_db_sync_metadata"))
                .isEqualTo(position);
        assertThat(verified(false).missing()).isEqualTo("0");
    }

    private void plant() {
        target.execute(
                "DELETE FROM every_type WHERE id = 10",
                "INSERT INTO every_type (region, id) VALUES ('of the tenant', 1)",
                "UPDATE every_type SET t = 'by hand' WHERE id = 21",
                "UPDATE every_type SET n = 1.0 WHERE id = 30");
    }

    @Test
    void aNumberThatIsEqualAndNotTheSameIsWrittenByTheLogAsWell() {
        app.put(tenancy, "n", 1, "n = 1.0, j = '{\"a\": 1.0}', d = 0.0");
        app.sequence();
        app.sync(service, tenancy);
        app.put(tenancy, "n", 1, "n = 1.00, j = '{\"a\": 1.00}', d = -0.0");
        app.sequence();
        app.sync(service, tenancy);

        assertThat(verified(false).result()).isEqualTo("identical");
    }

    @Test
    void aTableThatWasEmptiedIsFoundRowByRowAndFilledAgain() {
        target.execute("DELETE FROM every_type");

        MappingView found = verified(true);

        assertThat(List.of(found.result(), found.missing(), found.repaired())).containsExactly("identical", "60", "60");
        app.assertSame(tenancy, target);
    }

    /** The interleaving: the source shows the change, the target cannot yet. Unsequenced, then sequenced and not applied. */
    @Test
    void whatIsOnItsWayIsNoDifference() {
        app.put(tenancy, "a", 2, "t = 'on its way'");
        app.put(tenancy, "new", 70, "t = 'on its way'");
        app.put(tenancy, "a", 4, "hidden = true");
        app.delete(tenancy, "a", 6);
        target.execute("UPDATE every_type SET t = 'by hand' WHERE id = 21");
        for (String step : List.of("not sequenced", "not applied")) {
            MappingView found = verified(false);
            assertThat(List.of(found.result(), found.missing(), found.extra(), found.different(), found.undecided()))
                    .as(step)
                    .containsExactly("different", "0", "0", "1", "4");
            app.sequence();
        }
        app.sync(service, tenancy);
        assertThat(verified(true).result()).isEqualTo("identical");
        app.assertSame(tenancy, target);
    }

    /** A label changes: what it feeds is found by the sequencer, after the commit. */
    @Test
    void whatIsNotYetResolvedIsNoDifference() {
        internal.execute(
                "INSERT INTO app.label (id, text) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET text = app.label.text || 'x'",
                "INSERT INTO dbsync.\"PendingExpansion\" (\"expansion\", \"key\") VALUES ('app.Every.Type#app.label:0', '{}')");

        MappingView found = verified(false);

        assertThat(List.of(found.result(), found.different(), found.undecided()))
                .containsExactly("undecided", "0", "20");
        operator()
                .get("/api/latest/internal/external-db-sync/status?scope=tenancy&tenancyId=" + tenancy)
                .then()
                .body("sync_engine.external_databases[0].mapping_status[0].verified", nullValue());
    }

    @Test
    void aRowInQuarantineIsCountedApart() {
        target.execute("ALTER TABLE every_type ADD CONSTRAINT not_too_long CHECK (length(t) < 20)");
        app.put(tenancy, "a", 2, "t = repeat('x', 30)");
        app.put(tenancy, "new", 80, "t = repeat('x', 30)");
        app.sequence();
        app.sync(service, tenancy);

        MappingView found = verified(true);

        assertThat(List.of(found.result(), found.missing(), found.different(), found.quarantined()))
                .containsExactly("identical", "0", "0", "2");
    }

    @Test
    void aRowThatARepairIsRefusedForIsQuarantinedAndStaysDifferent() {
        target.execute(
                "UPDATE every_type SET t = 'by hand' WHERE id IN (2, 4)",
                "ALTER TABLE every_type ADD CONSTRAINT no CHECK (id <> 2 OR t = 'by hand')");

        MappingView found = verified(true);

        assertThat(List.of(found.result(), found.different(), found.repaired())).containsExactly("different", "2", "1");
        assertThat(internal.queryLong("SELECT count(*) FROM dbsync.\"QuarantinedRow\""))
                .isEqualTo(1);
    }

    @Test
    void aTableThatWasTruncatedWhileNothingChangedIsNoticedAndCopiedAgain() {
        target.execute("TRUNCATE every_type");

        MappingView found = verified(false);

        assertThat(List.of(found.result(), found.reason()))
                .containsExactly("copied_again", "the target table was replaced or truncated");
        assertThat(internal.queryLong(
                        "SELECT count(*) FROM dbsync.\"OutgoingRequest\" WHERE \"deduplicationKey\" LIKE '%' || ? || '%'",
                        tenancy.toString()))
                .isEqualTo(1);
        app.sync(service, tenancy);
        assertThat(verified(false).result()).isEqualTo("identical");
    }

    @Test
    void aSliceThatWasTakenOverChangesNothing() {
        target.execute("UPDATE every_type SET t = 'by hand' WHERE id = 21");
        request("{}");
        Claimed dead = store.claim().orElseThrow();
        assertThat(store.claim()).as("while it is held").isEmpty();
        internal.execute("UPDATE dbsync.\"Verification\" SET \"leaseUntil\" = now() - interval '1 second'");
        Claimed heir = store.claim().orElseThrow();
        assertThat(heir.id()).isEqualTo(dead.id());

        dead.mappings().get(0).conclude();
        assertThatThrownBy(() -> store.save(dead, dead.mappings().get(0))).isInstanceOf(LeaseLost.class);
        store.done(dead);
        store.release(dead, Duration.ZERO, false);
        assertThat(store.claim()).as("while its heir holds it").isEmpty();

        store.release(heir, Duration.ZERO, false);
        assertThat(finish().result()).isEqualTo("different");
    }

    /** One key was written before the engine died and one was not; neither was written down as repaired. */
    @Test
    void anEngineThatDiesOverARepairHasItDoneAndCountedOnce() {
        target.execute("DELETE FROM every_type WHERE id = 10");
        request("{\"repair\":true}");
        internal.execute(
                "UPDATE dbsync.\"VerificationMapping\" SET \"startedAt\" = now(), \"sequenceId\" = 1, \"comparedAt\" = now(), \"missing\" = 2,"
                        + " \"owed\" = '[[\"a\", \"10\"], [\"a\", \"12\"]]'");

        MappingView found = finish();

        assertThat(List.of(found.result(), found.missing(), found.repaired())).containsExactly("identical", "2", "2");
        app.assertSame(tenancy, target);
    }

    /** The repair waits for a row that somebody holds, and is given up: it was written down before it began. */
    @Test
    void whatIsToBeRepairedIsWrittenDownBeforeItIs() throws Exception {
        target.execute("UPDATE every_type SET t = 'by hand' WHERE id = 21");
        request("{\"repair\":true}");
        try (Connection other = target.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT FROM every_type WHERE id = 21 FOR UPDATE");

            verifier.runOnce();

            assertThat(internal.queryText("SELECT \"owed\"::text FROM dbsync.\"VerificationMapping\""))
                    .isEqualTo("[[\"B\", \"21\"]]");
        }
        assertThat(finish().repaired()).isEqualTo("1");
        app.assertSame(tenancy, target);
    }

    /**
     * The interleaving: a repair was asked for when the source had v1; before it writes, another engine applies v2. It has to write what
     * the source has once it holds the position.
     */
    @Test
    void aLateRepairReadsTheSourceBehindTheLockAndWritesNothingOlder() throws Exception {
        target.execute("UPDATE every_type SET t = 'by hand' WHERE id = 21");

        behindALock(check -> check.rewrite(List.of(List.of("B", "21"))));

        assertThat(target.queryText("SELECT t FROM every_type WHERE id = 21")).isEqualTo("v2");
    }

    /** Likewise: what the other engine has applied is no entry above the watermark any more, so an older source would differ from it. */
    @Test
    void aLateLookReadsTheSourceBehindTheLockAndSeesNothingOlder() throws Exception {
        Judgement judgement = behindALock(check -> check.judge(List.of(List.of("B", "21"))));

        assertThat(judgement.standing()).isInstanceOf(Standing.Following.class);
        assertThat(judgement.differences()).isEmpty();
        assertThat(judgement.inFlight()).isEmpty();
    }

    private interface OfCheck<T> {
        T in(MappingCheck check) throws SQLException, TargetRefusedException;
    }

    /** Another run holds the position while this begins, and applies a change of row 21 before it lets go. */
    private <T> T behindALock(OfCheck<T> work) throws Exception {
        try (Connection other = target.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT FROM _external_db_sync_metadata FOR UPDATE");
            CompletableFuture<T> late = CompletableFuture.supplyAsync(() -> inTurn(work));
            await().until(() ->
                    target.queryLong("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND wait_event_type = 'Lock'")
                            > 0);
            app.put(tenancy, "B", 21, "t = 'v2'");
            app.sequence();
            statement.execute("UPDATE every_type SET t = 'v2' WHERE id = 21");
            statement.execute("UPDATE _external_db_sync_metadata SET last_synced_sequence_id = "
                    + internal.queryLong("SELECT \"lastSequenceId\" FROM dbsync.\"SequencerState\"")
                    + ", epoch = '"
                    + internal.queryText("SELECT \"epoch\"::text FROM dbsync.\"SequencerState\"") + "'");
            other.commit();
            return late.get(20, TimeUnit.SECONDS);
        }
    }

    private <T> T inTurn(OfCheck<T> work) {
        var result = new AtomicReference<T>();
        try {
            DestinationChecks.Outcome outcome = checks.inTurn(
                    tenancy,
                    UUID.fromString(
                            internal.queryText("SELECT \"destinationId\"::text FROM dbsync.\"ExternalDatabase\"")),
                    internal.queryLong("SELECT \"revision\" FROM dbsync.\"ExternalDatabase\""),
                    turn -> result.set(work.in(turn.of("every_type").orElseThrow())));
            assertThat(outcome).isEqualTo(DestinationChecks.Outcome.DONE);
        } catch (DestinationChecks.Failed e) {
            throw new IllegalStateException(e);
        }
        return result.get();
    }

    /** A truncate empties the table for snapshots that are older than it, too, and leaves no entries. */
    @Test
    void aTruncateUnderWayIsWaitedForAndIsNoDifference() throws Exception {
        try (Connection other = internal.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("TRUNCATE app.\"Every.Type\"");
            CompletableFuture<Judgement> late =
                    CompletableFuture.supplyAsync(() -> inTurn(check -> check.judge(List.of(List.of("B", "21")))));
            await().until(() ->
                    internal.queryLong("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND wait_event_type = 'Lock'")
                            > 0);
            statement.execute("INSERT INTO dbsync.\"CaptureGeneration\" (\"tableName\", \"reason\")"
                    + " VALUES ('app.Every.Type', 'truncated')");
            other.commit();

            Judgement judgement = late.get(20, TimeUnit.SECONDS);

            assertThat(judgement.differences()).isEmpty();
            assertThat(judgement.standing()).isInstanceOf(Standing.Distrusted.class);
        }
    }

    @Test
    void nothingIsJudgedOrWrittenOnceTheDatabaseIsPaused() {
        target.execute("DELETE FROM every_type WHERE id = 10");
        List<List<String>> keys = List.of(List.of("a", "10"));

        inTurn(check -> {
            internal.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"paused\" = true");
            assertThat(check.judge(keys).standing()).isEqualTo(new Standing.Unwanted());
            assertThat(check.rewrite(keys).keys()).isZero();
            return null;
        });

        assertThat(target.queryLong("SELECT count(*) FROM every_type WHERE id = 10"))
                .isZero();
    }

    /** It had begun when the table was truncated; every row is missing, and that is no 60 differences: a copy sees to it. */
    @Test
    void aTableThatIsTruncatedDuringAVerificationIsCopiedAgain() {
        request("{\"repair\":true}");
        internal.execute("UPDATE dbsync.\"VerificationMapping\" SET \"startedAt\" = now(), \"sequenceId\" = 1");
        target.execute("TRUNCATE every_type");

        MappingView found = finish();

        assertThat(List.of(found.result(), found.missing(), found.repaired()))
                .containsExactly("copied_again", "0", "0");
        assertThat(inTurn(check -> check.rewrite(List.of(List.of("a", "10")))).keys())
                .isZero();
        assertThat(target.queryLong("SELECT count(*) FROM every_type")).isZero();
    }

    /** A null is not the text that stands for it. */
    @Test
    void noTwoRowsHaveOneText() {
        app.put(tenancy, "a", 2, "t = 'NULL'");
        app.sequence();
        app.sync(service, tenancy);
        target.execute("UPDATE every_type SET t = NULL WHERE id = 2");

        MappingView found = verified(false);

        assertThat(List.of(found.result(), found.different())).containsExactly("different", "1");
    }

    @Test
    void aKeyOfAnyLengthIsShownInShort() {
        target.execute("INSERT INTO every_type (region, id) VALUES (repeat('x', 100000), 1)");

        MappingView found = verified(true);

        assertThat(found.keys()).hasSize(1);
        assertThat(found.keys().get(0).key().get("region")).hasSizeLessThan(300);
        app.assertSame(tenancy, target);
    }

    @Test
    void oneThatComesToNoEndFails() {
        for (String state : List.of("\"startedAt\" = now() - interval '13 hours'", "\"attempts\" = 5")) {
            request("{}");
            internal.execute("UPDATE dbsync.\"Verification\" SET " + state + " WHERE \"state\" = 'waiting'");
            assertThat(finished().state()).as(state).isEqualTo("failed");
        }
        operator()
                .get(path + "/verifications")
                .then()
                .body("verifications[0].error.code", equalTo("VERIFICATION_ABANDONED"))
                .body("verifications[1].error.code", equalTo("VERIFICATION_TOO_SLOW"));
    }

    @Test
    void aPauseOrAnEditEndsIt() {
        for (String end : List.of("\"paused\" = true", "\"revision\" = \"revision\" + 1", "\"enabled\" = false")) {
            internal.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"paused\" = false, \"enabled\" = true");
            request("{}");
            internal.execute("UPDATE dbsync.\"ExternalDatabase\" SET " + end);
            verifier.runOnce();
            operator().get(path + "/verifications").then().body("verifications[0].state", equalTo("cancelled"));
        }
        operator().post(path + "/verify").then().statusCode(409).body("code", equalTo("DATABASE_PAUSED"));
    }

    @Test
    void thereIsOneAtATimeAndTheOldestAreForgotten() {
        request("{}");
        operator().post(path + "/verify").then().statusCode(409).body("code", equalTo("VERIFICATION_RUNNING"));
        finish();
        for (int i = 0; i < 4; i++) {
            verified(false);
        }
        operator().get(path + "/verifications").then().body("verifications", hasSize(3));
        operator()
                .body("{\"mappings\":[\"no_such\"]}")
                .post(path + "/verify")
                .then()
                .statusCode(400);
        operator().post(path + "-not/verify").then().statusCode(404);
        operator().get(path + "-not/verifications").then().statusCode(404);
    }

    @Test
    void theScrubberTakesAHealthyDatabaseOnceInAnIntervalAndGivesWayToAnOperator() {
        assertThat(store.schedule()).as("it is new").isFalse();
        internal.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"createdAt\" = now() - interval '2 days'");
        target.execute("UPDATE every_type SET t = 'by hand' WHERE id = 21");
        assertThat(store.schedule()).isTrue();
        assertThat(store.schedule()).as("it is under way").isFalse();
        MappingView found = finish();
        assertThat(List.of(found.result(), found.different(), found.repaired())).containsExactly("different", "1", "0");
        assertThat(store.schedule()).as("it was just done").isFalse();

        internal.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"scrubbedAt\" = now() - interval '2 days'");
        assertThat(store.schedule()).isTrue();
        request("{}");
        assertThat(finish().result()).isEqualTo("different");
        operator().get(path + "/verifications").then().body("verifications[1].state", equalTo("cancelled"));
    }

    @Test
    void aTargetWhosePositionIsGoneIsCopiedAgain() {
        target.execute("DELETE FROM _external_db_sync_metadata");
        assertThat(verified(false).result()).isEqualTo("copied_again");
        target.execute("DROP TABLE _external_db_sync_metadata CASCADE");
        MappingView found = verified(false);
        assertThat(List.of(found.result(), found.reason()))
                .containsExactly("copied_again", "the target's position is gone");
    }

    /** Its tries would take a minute; they are made to look like the last one. */
    @Test
    void aDatabaseThatCannotBeReachedFailsIt() {
        request("{}");
        internal.execute(
                "UPDATE dbsync.\"Verification\" SET \"attempts\" = 4",
                "UPDATE dbsync.\"ExternalDatabase\" SET \"connectionKeyId\" = 'lost'");

        VerificationView view = finished();

        assertThat(view.state()).isEqualTo("failed");
        assertThat(view.error().code()).isEqualTo("CONNECTION_STRING_UNREADABLE");
    }

    @Test
    void aBusyMappingRaisesNoFalseAlarm() throws Exception {
        busy(20);
    }

    @Test
    @Tag("soak")
    void aBusyMappingRaisesNoFalseAlarmInAThousandRuns() throws Exception {
        busy(1000);
    }

    /** A writer, a sequencer that comes and goes, and a run after the other, on a few keys that go and come. */
    private void busy(int verifications) throws Exception {
        var stop = new AtomicBoolean();
        var writer = CompletableFuture.runAsync(() -> {
            var random = new Random(7);
            while (!stop.get()) {
                int id = random.nextInt(80);
                String region = id % 2 == 0 ? "a" : "B";
                switch (random.nextInt(4)) {
                    case 0 ->
                        write(
                                "DELETE FROM app.\"Every.Type\" WHERE tenant = '%s' AND region = '%s' AND id = %d",
                                region, id);
                    case 1 ->
                        write(
                                "UPDATE app.\"Every.Type\" SET hidden = NOT hidden WHERE tenant = '%s' AND region = '%s' AND id = %d",
                                region, id);
                    default ->
                        write(
                                "INSERT INTO app.\"Every.Type\" (tenant, region, id, t) VALUES ('%s', '%s', %d, now()::text)"
                                        + " ON CONFLICT (tenant, region, id) DO UPDATE SET t = excluded.t",
                                region, id);
                }
            }
        });
        var syncing = CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                app.sequence();
                app.sync(service, tenancy);
            }
        });
        try {
            for (int i = 0; i < verifications; i++) {
                MappingView found = verified(false);
                assertThat(List.of(found.missing(), found.extra(), found.different()))
                        .as("verification %d: %s", i, found.keys())
                        .containsExactly("0", "0", "0");
            }
        } finally {
            stop.set(true);
        }
        writer.get(30, TimeUnit.SECONDS);
        syncing.get(30, TimeUnit.SECONDS);
        app.sequence();
        app.sync(service, tenancy);
        MappingView found = verified(false);
        assertThat(List.of(found.result(), found.undecided())).containsExactly("identical", "0");
    }

    /** As the triggers do it: the change and its entry are one transaction. */
    private void write(String statement, String region, int id) {
        boolean deletes = statement.startsWith("DELETE");
        String key = "jsonb_build_object('tenant', '%s'::uuid, 'region', '%s'::text, 'id', %d)"
                .formatted(tenancy, region, id);
        String log = deletes
                ? "INSERT INTO dbsync.\"DeletedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\", \"data\") SELECT '%s', 'app.Every.Type', %s, %s FROM written"
                        .formatted(tenancy, key, key)
                : "INSERT INTO dbsync.\"ChangedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\") SELECT '%s', 'app.Every.Type', %s FROM written"
                        .formatted(tenancy, key);
        internal.execute("WITH written AS (" + statement.formatted(tenancy, region, id) + " RETURNING 1) " + log);
    }

    private MappingView verified(boolean repair) {
        request("{\"repair\":" + repair + "}");
        return finish();
    }

    private void request(String body) {
        operator()
                .body(body)
                .post(path + "/verify")
                .then()
                .statusCode(202)
                .body("verification.state", equalTo("waiting"))
                .body("verification.mappings[0].mapping_id", equalTo("every_type"));
    }

    private MappingView finish() {
        VerificationView view = finished();
        assertThat(view.state()).as("error %s", view.error()).isEqualTo("done");
        return view.mappings().get(0);
    }

    private VerificationView finished() {
        for (int i = 0; i < 100_000; i++) {
            verifier.runOnce();
            VerificationView newest = store.history(tenancy, "main").get(0);
            if (newest.finishedAtMillis() != null) {
                return newest;
            }
            internal.execute(
                    "UPDATE dbsync.\"Verification\" SET \"dueAt\" = least(\"dueAt\", now() + interval '50 milliseconds')");
        }
        throw new AssertionError("The verification comes to no end: " + store.history(tenancy, "main"));
    }
}
