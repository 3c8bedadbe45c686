package dev.dbsync.engine.wait;

import static dev.dbsync.engine.Operator.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each interleaving of ADR 16, played through by hand: the test is writer, sequencer and engine. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
class WaitResourceTest {

    private static final String BASE = "/api/latest/internal/external-db-sync/tenancies/";

    private final UUID tenancy = UUID.randomUUID();

    TestDatabase database;

    @Inject
    Waiters waiters;

    @BeforeEach
    void connect() {
        database.update(
                "INSERT INTO dbsync.\"ExternalDatabase\" (\"tenancyId\", \"id\", \"type\", \"connectionCiphertext\","
                        + " \"connectionKeyId\", \"host\", \"port\", \"database\", \"user\", \"mappings\")"
                        + " VALUES (?, 'main', 'postgres', ''::bytea, 'k', 'db.example', 5432, 'shop', 'joe', '{users,teams}')",
                tenancy);
        database.execute(
                "INSERT INTO dbsync.\"CapturedTable\" (\"tableName\", \"relation\", \"roles\", \"changeBranch\", \"deleteBranch\")"
                        + " SELECT t, '', '{}', '', '' FROM unnest(ARRAY['ProjectUser', 'Team']) AS t",
                "INSERT INTO dbsync.\"CaptureGeneration\" (\"tableName\", \"reason\", \"announcedAt\")"
                        + " SELECT t, 'installed', now() FROM unnest(ARRAY['ProjectUser', 'ContactChannel', 'Team']) AS t");
        sequence();
        applied("following", 0);
    }

    @AfterEach
    void clear() {
        database.execute(
                "TRUNCATE dbsync.\"ChangedRow\", dbsync.\"DeletedRow\", dbsync.\"PendingExpansion\", dbsync.\"PurgeFloor\"",
                "DELETE FROM dbsync.\"ExternalDatabase\"",
                "DELETE FROM dbsync.\"CapturedTable\"",
                "DELETE FROM dbsync.\"CaptureGeneration\"",
                "UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"sequencerEnabled\" = true, \"syncEngineEnabled\" = true");
    }

    @Test
    void isReachedOnceTheDatabaseHasWhatTheTransactionWrote() throws SQLException {
        String token = written("ChangedRow");
        assertThat(reason(token)).isEqualTo("NOT_SEQUENCED_YET");
        sequence();
        assertThat(reason(token)).isEqualTo("NOT_APPLIED_YET");
        applied("following", lastId());

        JsonPath answer = ask(token, 0);

        assertThat(answer.getBoolean("ok")).isTrue();
        assertThat(answer.getBoolean("reached")).isTrue();
        assertThat(answer.getMap("reason")).isNull();
        assertThat(answer.getList("mappings.mapping_id", String.class)).containsExactly("users", "teams");
        assertThat(answer.getString("mappings[0].needed_sequence_id")).isEqualTo(Long.toString(lastId()));
        assertThat(answer.getString("mappings[0].last_synced_sequence_id")).isEqualTo(Long.toString(lastId()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ChangedRow", "DeletedRow"})
    void whoWaitsIsAnsweredWhenItComesTrue(String log) throws SQLException {
        String token = written(log);
        CompletableFuture<JsonPath> answer = CompletableFuture.supplyAsync(() -> ask(token, 20_000));
        sequence();
        assertThat(answer).isNotDone();
        applied("following", lastId());

        assertThat(answer.orTimeout(10, TimeUnit.SECONDS).join().getBoolean("reached"))
                .isTrue();
    }

    /** Its log id is lower than one that is applied already: ids say nothing of what is still to be committed. */
    @Test
    void aTransactionThatIsStillOpenIsNotReachedHoweverFarTheDatabaseIs() throws SQLException {
        try (Connection writer = database.connect()) {
            writer.setAutoCommit(false);
            String token = write(writer, "ChangedRow", UUID.randomUUID());
            written("ChangedRow");
            sequence();
            applied("following", lastId());
            assertThat(reason(token)).isEqualTo("TRANSACTION_OPEN");

            writer.commit();

            assertThat(reason(token)).isEqualTo("NOT_SEQUENCED_YET");
            sequence();
            assertThat(reason(token)).isEqualTo("NOT_APPLIED_YET");
            applied("following", lastId());
            assertThat(ask(token, 0).getBoolean("reached")).isTrue();
        }
    }

    @Test
    void whatIsWrittenLaterHoldsNobodyUp() throws SQLException {
        String token = written("ChangedRow");
        CompletableFuture<JsonPath> answer = CompletableFuture.supplyAsync(() -> ask(token, 20_000));
        await().until(() -> waiters.waiting() == 1);
        await().pollDelay(Duration.ofMillis(300)).until(() -> waiters.waiting() == 1);
        for (int i = 0; i < 5; i++) {
            written("ChangedRow");
        }
        database.execute("SELECT dbsync.backfill_null_sequence_ids(1)");
        applied("following", lastId());

        assertThat(answer.join().getBoolean("reached")).isTrue();
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"ChangedRow\" WHERE \"shouldUpdateSequenceId\""))
                .as("entries that are still without an id")
                .isPositive();
    }

    @Test
    void anEntryThatWasMergedIntoALaterOneIsReachedWithThatOne() throws SQLException {
        UUID key = UUID.randomUUID();
        String token;
        try (Connection writer = database.connect()) {
            writer.setAutoCommit(false);
            token = write(writer, "ChangedRow", key);
            writer.commit();
            write(writer, "ChangedRow", key);
            writer.commit();
        }
        sequence();
        applied("following", lastId() - 1);
        assertThat(reason(token)).isEqualTo("NOT_APPLIED_YET");
        applied("following", lastId());
        assertThat(ask(token, 0).getBoolean("reached")).isTrue();
    }

    @Test
    void whatHasToBeExpandedFirstIsWaitedFor() throws SQLException {
        String token;
        try (Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            token = token(statement);
            statement.execute("INSERT INTO dbsync.\"PendingExpansion\" (\"expansion\", \"key\") VALUES ('e', '{}')");
            writer.commit();
        }
        assertThat(reason(token)).isEqualTo("NOT_SEQUENCED_YET");

        database.execute("DELETE FROM dbsync.\"PendingExpansion\"");
        written("ChangedRow");
        assertThat(reason(token)).isEqualTo("NOT_SEQUENCED_YET");
        sequence();
        assertThat(reason(token)).isEqualTo("NOT_APPLIED_YET");
        applied("following", lastId());
        assertThat(ask(token, 0).getBoolean("reached")).isTrue();
    }

    /** Of one who waits already: what the expansion leads to is bounded once it is done, in the snapshot that shows it done. */
    @Test
    void whatAnExpansionLedToIsWaitedFor() throws SQLException {
        try (Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            String token = token(statement);
            statement.execute("INSERT INTO dbsync.\"PendingExpansion\" (\"expansion\", \"key\") VALUES ('e', '{}')");
            writer.commit();
            CompletableFuture<JsonPath> answer = CompletableFuture.supplyAsync(() -> ask(token, 20_000));
            await().until(() -> waiters.waiting() == 1);
            await().pollDelay(Duration.ofMillis(300)).until(() -> waiters.waiting() == 1);
            statement.execute("DELETE FROM dbsync.\"PendingExpansion\"");
            write(writer, "ChangedRow", UUID.randomUUID());
            writer.commit();
            await().pollDelay(Duration.ofMillis(700)).until(() -> true);

            assertThat(answer).as("the entry has no id yet").isNotDone();
            sequence();
            applied("following", lastId());
            assertThat(answer.join().getBoolean("reached")).isTrue();
        }
    }

    @Test
    void theIdIsThatOfTheWholeTransactionAlsoInASavepoint() throws SQLException {
        try (Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("SAVEPOINT s");
            String token = write(writer, "ChangedRow", UUID.randomUUID());
            statement.execute("RELEASE SAVEPOINT s");
            applied("following", Long.MAX_VALUE);
            assertThat(reason(token)).isEqualTo("TRANSACTION_OPEN");
            writer.commit();
            assertThat(reason(token)).isEqualTo("NOT_SEQUENCED_YET");
        }
    }

    /** A copy's position is at its start from its first page on, and its rows are not there. */
    @ParameterizedTest
    @ValueSource(strings = {"copying", "sweeping"})
    void aCopyUnderWayIsNotReached(String state) throws SQLException {
        String token = written("ChangedRow");
        sequence();
        applied(state, lastId());

        assertThat(reason(token)).isEqualTo("COPY_UNDER_WAY");
    }

    @Test
    void aTruncatedTableIsReachedOnceItHasBeenCopiedAgain() throws SQLException {
        applied("following", lastId());
        String token;
        try (Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            token = token(statement);
            statement.execute(
                    "INSERT INTO dbsync.\"CaptureGeneration\" (\"tableName\", \"reason\") VALUES ('ProjectUser', 'truncated')");
            writer.commit();
        }
        assertThat(reason(token)).isEqualTo("NOT_APPLIED_YET");
        applied("following", lastId());
        assertThat(ask(token, 0).getBoolean("reached")).isTrue();
    }

    @Test
    void whatWasPurgedBeforeTheDatabaseHadItIsNotReached() throws SQLException {
        String token = written("ChangedRow");
        sequence();
        database.update(
                "INSERT INTO dbsync.\"PurgeFloor\" SELECT ?, 'ProjectUser', max(\"sequenceId\") FROM dbsync.\"ChangedRow\"",
                tenancy);
        database.execute("DELETE FROM dbsync.\"ChangedRow\"");
        applied("following", lastId() - 1);

        assertThat(reason(token)).isEqualTo("NOT_APPLIED_YET");
    }

    @Test
    void aTransactionThatWroteNothingOfThisTenancyIsReachedAtOnce() throws SQLException {
        try (Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            assertThat(ask(token(statement), 0).getBoolean("reached")).isTrue();
        }
    }

    @Test
    void whatWillNotComeIsToldAtOnce() throws SQLException {
        try (Connection writer = database.connect()) {
            writer.setAutoCommit(false);
            String rolledBack = write(writer, "ChangedRow", UUID.randomUUID());
            writer.rollback();
            assertThat(atOnce(rolledBack)).isEqualTo("TRANSACTION_ROLLED_BACK");
        }
        assertThat(atOnce("9000000000000000000")).isEqualTo("TRANSACTION_UNKNOWN");

        String token = written("ChangedRow");
        assertThat(atOnce(token.split("\\.")[0] + "." + UUID.randomUUID())).isEqualTo("SOURCE_FAILED_OVER");
        database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"sequencerEnabled\" = false");
        assertThat(atOnce(token)).isEqualTo("SWITCHED_OFF");
        database.execute(
                "UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"sequencerEnabled\" = true, \"syncEngineEnabled\" = false");
        sequence();
        assertThat(atOnce(token)).isEqualTo("SWITCHED_OFF");
        database.execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"syncEngineEnabled\" = true");

        fail("ExternalDatabaseMapping", "TARGET_TABLE_NOT_OWNED");
        assertThat(atOnce(token)).isEqualTo("TARGET_TABLE_NOT_OWNED");
        fail("ExternalDatabase", "TARGET_LOGIN_REFUSED");
        assertThat(atOnce(token)).isEqualTo("TARGET_LOGIN_REFUSED");
        database.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"paused\" = true");
        assertThat(atOnce(token)).isEqualTo("DATABASE_PAUSED");
        database.execute("DELETE FROM dbsync.\"ExternalDatabase\"");
        operator()
                .get(BASE + tenancy + "/external-databases/main/wait?token=" + token)
                .then()
                .statusCode(404)
                .body("code", equalTo("NOT_FOUND"));
    }

    @Test
    void aDatabaseThatIsDeletedMeanwhileEndsTheWait() throws SQLException {
        String token = written("ChangedRow");
        sequence();
        CompletableFuture<JsonPath> answer = CompletableFuture.supplyAsync(() -> ask(token, 20_000));
        await().until(() -> waiters.waiting() == 1);
        database.execute("DELETE FROM dbsync.\"ExternalDatabase\"");

        assertThat(answer.join().getString("reason.code")).isEqualTo("DATABASE_DELETED");
    }

    @Test
    void rowsInQuarantineAreNotPassedForApplied() throws SQLException {
        String token = written("ChangedRow");
        sequence();
        applied("following", lastId());
        database.execute(
                "INSERT INTO dbsync.\"QuarantinedRow\" (\"destinationId\", \"mappingId\", \"keyHash\", \"tenancyId\","
                        + " \"tableName\", \"key\", \"data\", \"nextAttemptAt\", \"errorCode\", \"errorBlame\", \"errorMessage\","
                        + " \"errorRemedy\") SELECT \"destinationId\", 'users', gen_random_uuid(), \"tenancyId\", 'ProjectUser', '{}',"
                        + " '{}', now(), 'TARGET_ROW_REFUSED', 'destination', 'No', 'Yes' FROM dbsync.\"ExternalDatabase\"");

        JsonPath answer = ask(token, 5_000);

        assertThat(answer.getBoolean("reached")).isFalse();
        assertThat(answer.getString("reason.code")).isEqualTo("ROWS_QUARANTINED");
        assertThat(answer.getString("mappings[0].quarantined_rows")).isEqualTo("1");
        assertThat(answer.getBoolean("mappings[0].reached")).isTrue();
    }

    @Test
    void anotherPlaceThanTheLastPassSawIsNotTrustedUntilAPassHasLooked() throws SQLException {
        String token = written("ChangedRow");
        sequence();
        applied("following", lastId());
        String place = database.queryText("SELECT \"place\" FROM dbsync.\"SequencerState\"");
        database.execute("UPDATE dbsync.\"SequencerState\" SET \"place\" = '1/00000001/1'");
        try {
            assertThat(ask(token, 0).getBoolean("reached")).isFalse();
        } finally {
            database.update("UPDATE dbsync.\"SequencerState\" SET \"place\" = ?", place);
        }
    }

    @Test
    void aThousandMayWaitAtOnceAndOneMoreIsSentAway() throws SQLException {
        SyncToken token = SyncToken.of(written("ChangedRow"));
        var answers = new ArrayList<CompletableFuture<WaitView>>();
        for (int i = 0; i < Waiters.MOST; i++) {
            answers.add(
                    waiters.join(tenancy, "main", token, Duration.ofSeconds(60)).toCompletableFuture());
        }
        assertThatThrownBy(() -> waiters.join(tenancy, "main", token, Duration.ofSeconds(60)))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.status()).isEqualTo(429));
        sequence();
        applied("following", lastId());

        for (CompletableFuture<WaitView> answer : answers) {
            assertThat(answer.join().reached()).isTrue();
        }
        assertThat(waiters.waiting()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "token=, INVALID_TOKEN",
        "token=0, INVALID_TOKEN",
        "token=-1, INVALID_TOKEN",
        "token=99999999999999999999, INVALID_TOKEN",
        "token=9999999999999999999, INVALID_TOKEN",
        "token=7.main, INVALID_TOKEN",
        "timeout=5, INVALID_TOKEN",
        "token=7&timeout=60001, INVALID_TIMEOUT",
        "token=7&timeout=-1, INVALID_TIMEOUT",
        "token=7&timeout=5s, INVALID_TIMEOUT",
        "token=7&tokens=8, UNKNOWN_PARAMETER",
        "token=7&token=8, REPEATED_PARAMETER"
    })
    void otherParametersAreRefused(String query, String code) {
        operator()
                .get(BASE + tenancy + "/external-databases/main/wait?" + query)
                .then()
                .statusCode(400)
                .body("code", equalTo(code));
    }

    @Test
    void nobodyWaitsWithoutTheAdminToken() {
        given().get(BASE + tenancy + "/external-databases/main/wait?token=7")
                .then()
                .statusCode(401);
    }

    private String written(String log) throws SQLException {
        try (Connection writer = database.connect()) {
            writer.setAutoCommit(false);
            String token = write(writer, log, UUID.randomUUID());
            writer.commit();
            return token;
        }
    }

    private String write(Connection writer, String log, UUID key) throws SQLException {
        boolean changed = log.equals("ChangedRow");
        try (Statement statement = writer.createStatement()) {
            statement.execute("INSERT INTO dbsync.\"" + log + "\" (\"tenancyId\", \"tableName\", \"primaryKey\""
                    + (changed ? "" : ", \"data\"") + ") VALUES ('" + tenancy
                    + "', 'ProjectUser', '{\"projectUserId\":\"" + key
                    + "\"}'" + (changed ? "" : ", '{}'") + ")");
            return token(statement);
        }
    }

    private static String token(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT dbsync.sync_token()")) {
            row.next();
            return row.getString(1);
        }
    }

    /** What the engine does at the end of a run. */
    private void applied(String state, long watermark) {
        database.update(
                "INSERT INTO dbsync.\"ExternalDatabaseMapping\" AS m (\"destinationId\", \"mappingId\", \"state\","
                        + " \"lastSyncedSequenceId\", \"captureGeneration\")"
                        + " SELECT d.\"destinationId\", w, ?, ?, (SELECT max(\"id\") FROM dbsync.\"CaptureGeneration\")"
                        + " FROM dbsync.\"ExternalDatabase\" AS d, unnest(d.\"mappings\") AS w WHERE d.\"tenancyId\" = ?"
                        + " ON CONFLICT (\"destinationId\", \"mappingId\") DO UPDATE SET \"state\" = excluded.\"state\","
                        + " \"lastSyncedSequenceId\" = excluded.\"lastSyncedSequenceId\","
                        + " \"captureGeneration\" = excluded.\"captureGeneration\"",
                state,
                watermark,
                tenancy);
    }

    private void fail(String table, String code) {
        database.execute("UPDATE dbsync.\"" + table + "\" SET \"failingSince\" = now(), \"errorCode\" = '" + code
                + "', \"errorBlame\" = 'destination', \"errorMessage\" = 'No', \"errorRemedy\" = 'Yes'");
    }

    private void sequence() {
        database.execute("SELECT dbsync.backfill_null_sequence_ids(100000)");
    }

    private long lastId() {
        return database.queryLong("SELECT \"lastSequenceId\" FROM dbsync.\"SequencerState\"");
    }

    private String reason(String token) {
        JsonPath answer = ask(token, 0);
        assertThat(answer.getBoolean("reached")).isFalse();
        return answer.getString("reason.code");
    }

    /** Long before the time is over. */
    private String atOnce(String token) {
        JsonPath answer = ask(token, 30_000);
        assertThat(answer.getBoolean("reached")).isFalse();
        assertThat(answer.getLong("waited_millis")).isLessThan(10_000);
        return answer.getString("reason.code");
    }

    private JsonPath ask(String token, int timeout) {
        var response =
                operator().get(BASE + tenancy + "/external-databases/main/wait?token=" + token + "&timeout=" + timeout);
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        assertThat(List.of("ok", "reached", "reason", "waited_millis", "mappings"))
                .containsExactlyInAnyOrderElementsOf(
                        response.jsonPath().<String, Object>getMap("$").keySet());
        return response.jsonPath();
    }
}
