package dev.dbsync.engine.status;

import static dev.dbsync.engine.Operator.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
class StatusResourceTest {

    private static final String BASE = "/api/latest/internal/external-db-sync";
    private static final String USERS = "sequencer.tables.find { it.table_name == 'ProjectUser' }.";
    private static final String DELETED_USERS =
            "sequencer.deleted_rows.by_table.find { it.table_name == 'ProjectUser' }.";
    private static final String USERS_MAPPING = "sync_engine.mappings.find { it.mapping_id == 'users' }.";

    private final UUID tenancy = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();

    TestDatabase database;

    @Inject
    Pipeline sampled;

    @Inject
    InternalDb internalDb;

    @AfterEach
    void clear() {
        database.execute(
                "DROP TABLE IF EXISTS public.\"Tenancy\", public.\"ProjectUser\"",
                "TRUNCATE dbsync.\"ChangedRow\", dbsync.\"DeletedRow\", dbsync.\"OutgoingRequest\", dbsync.\"LogStatistics\"",
                "DELETE FROM dbsync.\"ExternalDatabase\"",
                "DELETE FROM dbsync.\"CapturedTable\"");
    }

    @Test
    void anEmptyInstallationShowsEveryFieldEvenWithoutTheApplicationsTables() {
        JsonPath status = all();

        assertThat(status.getMap("$").keySet())
                .isEqualTo(
                        Set.of("ok", "generated_at_millis", "tenancy", "global", "sequencer", "poller", "sync_engine"));
        assertThat(status.getBoolean("ok")).isTrue();
        assertThat(status.getLong("generated_at_millis")).isGreaterThan(1_600_000_000_000L);
        assertThat(status.getMap("tenancy")).isNull();
        assertThat(status.getMap("global")).isEqualTo(Map.of("tenancies_total", "0", "tenancies_with_db_sync", "0"));
        assertThat(status.getList("sequencer.tables.table_name", String.class))
                .hasSize(11)
                .contains("ProjectUser", "ContactChannel", "VerificationCode");
        assertThat(status.getMap("sequencer.tables[0]").keySet())
                .isEqualTo(Set.of(
                        "table_name", "total", "pending", "null_sequence_id", "min_sequence_id", "max_sequence_id"));
        assertThat(status.getList("sequencer.tables.total", String.class)).containsOnly("0");
        assertThat(status.getMap("sequencer.deleted_rows").keySet())
                .isEqualTo(Set.of(
                        "total", "pending", "null_sequence_id", "min_sequence_id", "max_sequence_id", "by_table"));
        assertThat(status.getList("sequencer.deleted_rows.by_table")).hasSize(11);
        var poller = new HashMap<String, Object>(
                Map.of("total", "0", "pending", "0", "in_flight", "0", "stale", "0", "retrying", "0"));
        poller.put("oldest_created_at_millis", null);
        poller.put("newest_created_at_millis", null);
        assertThat(status.getMap("poller")).isEqualTo(poller);
        assertThat(status.getList("sync_engine.mappings")).hasSize(11);
        assertThat(status.getMap("sync_engine.mappings[0]").keySet())
                .isEqualTo(Set.of(
                        "mapping_id",
                        "internal_min_sequence_id",
                        "internal_max_sequence_id",
                        "internal_pending_count"));
        assertThat(status.getList("sync_engine.external_databases")).isEmpty();
    }

    @Test
    void entriesArePendingUntilTheyAreSequenced() {
        log("ChangedRow", tenancy, 2);
        log("DeletedRow", tenancy, 1);

        JsonPath before = all();
        assertThat(before.getString(USERS + "pending")).isEqualTo("2");
        assertThat(before.getString(USERS + "null_sequence_id")).isEqualTo("2");
        assertThat(before.getString(USERS + "max_sequence_id")).isNull();
        assertThat(before.getString(DELETED_USERS + "pending")).isEqualTo("1");
        assertThat(before.getString("sequencer.deleted_rows.pending")).isEqualTo("1");
        assertThat(before.getString("sequencer.deleted_rows.total")).isEqualTo("1");
        assertThat(before.getString(USERS_MAPPING + "internal_pending_count")).isEqualTo("3");

        sequence();

        for (JsonPath after : List.of(all(), ofTenancyWithADatabase())) {
            assertThat(after.getString(USERS + "pending")).isEqualTo("0");
            assertThat(after.getString(USERS + "null_sequence_id")).isEqualTo("0");
            assertThat(after.getString("sequencer.deleted_rows.pending")).isEqualTo("0");
            assertThat(after.getString("sequencer.deleted_rows.total")).isEqualTo("1");
            assertThat(after.getString(DELETED_USERS + "total")).isEqualTo("1");
            long lowest = Long.parseLong(after.getString(USERS + "min_sequence_id"));
            long tombstone = Long.parseLong(after.getString("sequencer.deleted_rows.max_sequence_id"));
            assertThat(after.getString(USERS + "max_sequence_id")).isEqualTo(Long.toString(lowest + 1));
            assertThat(tombstone).isEqualTo(lowest + 2);
            assertThat(after.getString(USERS_MAPPING + "internal_min_sequence_id"))
                    .isEqualTo(Long.toString(lowest));
            assertThat(after.getString(USERS_MAPPING + "internal_max_sequence_id"))
                    .isEqualTo(Long.toString(tombstone));
            assertThat(after.getString(USERS_MAPPING + "internal_pending_count"))
                    .isEqualTo("0");
        }
    }

    @Test
    void aTenancySeesItsOwnFiguresOnly() {
        log("ChangedRow", other, 5);
        sequence();
        log("ChangedRow", other, 3);
        log("ChangedRow", tenancy, 1);

        JsonPath status = ofTenancyWithADatabase();

        assertThat(status.getMap("global")).isNull();
        assertThat(status.getString("tenancy.id")).isEqualTo(tenancy.toString());
        assertThat(status.getMap("tenancy")).containsEntry("project_id", null).containsEntry("branch_id", null);
        assertThat(status.getString(USERS + "pending")).isEqualTo("1");
        assertThat(status.getString(USERS + "max_sequence_id")).isNull();
        assertThat(all().getString(USERS + "pending")).isEqualTo("4");
    }

    @Test
    void smallTablesAreCountedAndLargeOnesEstimated() {
        applicationTables();
        database.execute(
                "INSERT INTO \"ProjectUser\" SELECT '" + tenancy + "', gen_random_uuid() FROM generate_series(1, 3)",
                "INSERT INTO \"ProjectUser\" SELECT '" + other + "', gen_random_uuid() FROM generate_series(1, 4)");

        assertThat(all().getString(USERS + "total")).isEqualTo("7");
        assertThat(ofTenancyWithADatabase().getString(USERS + "total")).isEqualTo("3");

        database.execute(
                "INSERT INTO \"ProjectUser\" SELECT '" + other + "', gen_random_uuid() FROM generate_series(1, 40000)",
                "ANALYZE \"ProjectUser\"");

        assertThat(Long.parseLong(all().getString(USERS + "total"))).isBetween(30_000L, 50_000L);
        assertThat(Long.parseLong(ofTenancyWithADatabase().getString(USERS + "total")))
                .isLessThan(20_000L);
    }

    @Test
    void theApplicationsTenanciesAreShownWhereItHasThem() {
        applicationTables();
        database.execute(
                "INSERT INTO \"Tenancy\" VALUES ('" + tenancy + "', 'project-7', 'main'), ('" + other + "', 'p', 'b')");
        connect(tenancy, "main");
        connect(tenancy, "second");

        assertThat(all().getMap("global")).isEqualTo(Map.of("tenancies_total", "2", "tenancies_with_db_sync", "1"));
        assertThat(of(tenancy).getMap("tenancy"))
                .isEqualTo(Map.of("id", tenancy.toString(), "project_id", "project-7", "branch_id", "main"));
        assertThat(of(other).getList("sync_engine.external_databases")).isEmpty();
    }

    @Test
    void anotherApplicationsTableOfTheSameNameBreaksNothing() {
        database.execute("CREATE TABLE public.\"Tenancy\" (\"id\" bigint, \"name\" text)");

        assertThat(all().getString("global.tenancies_total")).isEqualTo("0");
    }

    @Test
    void backlogsAreExactUpToTenThousand() {
        log("ChangedRow", tenancy, 10_000);
        assertThat(all().getString(USERS + "pending")).isEqualTo("10000");

        log("ChangedRow", tenancy, 1);
        assertThat(all().getString(USERS + "pending")).isEqualTo("10000+");
        assertThat(ofTenancyWithADatabase().getString(USERS + "pending")).isEqualTo("10000+");
        assertThat(ofTenancyWithADatabase()
                        .getString("sync_engine.external_databases[0].mapping_status.find"
                                + " { it.mapping_id == 'users' }.rows_behind"))
                .isEqualTo("10000+");
    }

    @Test
    void requestsAreShownByState() {
        request("pending", "NULL, NULL, NULL, NULL");
        request("sync-engine:" + tenancy, "NULL, NULL, NULL, NULL");
        request("flight", "now(), gen_random_uuid(), now() + interval '5 minutes', now()");
        request("stale", "now(), gen_random_uuid(), now() - interval '1 second', now()");
        request("silent", "now(), gen_random_uuid(), now() + interval '5 minutes', now() - interval '1 minute'");
        request("retry", "now(), NULL, now() + interval '1 minute', NULL");

        JsonPath status = all();

        assertThat(status.getMap("poller"))
                .containsEntry("total", "6")
                .containsEntry("pending", "2")
                .containsEntry("in_flight", "1")
                .containsEntry("stale", "2")
                .containsEntry("retrying", "1");
        assertThat(status.getLong("poller.oldest_created_at_millis"))
                .isLessThanOrEqualTo(status.getLong("poller.newest_created_at_millis"));
        assertThat(ofTenancyWithADatabase().getMap("poller"))
                .containsEntry("total", "1")
                .containsEntry("pending", "1");
    }

    @Test
    void aNewDatabaseIsPendingAndAsLateAsItIsOld() {
        connect(tenancy, "main");
        database.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"createdAt\" = now() - interval '1 hour'");

        operator()
                .get(BASE + "/status?scope=tenancy&tenancyId=" + tenancy)
                .then()
                .statusCode(200)
                .body("sync_engine.external_databases", hasSize(1))
                .rootPath("sync_engine.external_databases[0]")
                .body("id", equalTo("main"))
                .body("tenancy_id", equalTo(tenancy.toString()))
                .body("type", equalTo("postgres"))
                .body("enabled", is(true))
                .body("paused", is(false))
                .body("connection.redacted", equalTo("postgres://joe:***@db.example:5432/shop"))
                .body("connection.host", equalTo("db.example"))
                .body("connection.port", is(5432))
                .body("connection.database", equalTo("shop"))
                .body("connection.user", equalTo("joe"))
                .body("status", equalTo("pending"))
                .body("size()", is(11))
                .body("error", nullValue())
                .body("lag_millis", greaterThanOrEqualTo(3_600_000))
                .body("last_success_at_millis", nullValue())
                .body("mapping_status", hasSize(11))
                .body("mapping_status[0].size()", is(13))
                .body("mapping_status[0].lag_millis", greaterThanOrEqualTo(3_600_000))
                .body("mapping_status[0].copy", nullValue())
                .body("mapping_status[0].mapping_id", equalTo("users"))
                .body("mapping_status[0].state", equalTo("pending"))
                .body("mapping_status[0].error", nullValue())
                .body("mapping_status[0].internal_max_sequence_id", nullValue())
                .body("mapping_status[0].last_synced_sequence_id", nullValue())
                .body("mapping_status[0].rows_behind", equalTo("0"))
                .body("mapping_status[0].rows_applied_total", equalTo("0"))
                .body("mapping_status[0].updated_at_millis", nullValue())
                .body("mapping_status[0].quarantined_rows", equalTo("0"))
                .body("mapping_status[0].verified", nullValue());
    }

    @Test
    void aMappingWhoseTableTheApplicationDoesNotHaveMakesNobodyLate() {
        connect(tenancy, "main");
        follow("main", lastId());
        database.execute("DELETE FROM dbsync.\"ExternalDatabaseMapping\" WHERE \"mappingId\" = 'teams'");

        JsonPath status = of(tenancy);

        assertThat(status.getString("sync_engine.external_databases[0].status")).isEqualTo("ok");
        assertThat(status.getLong("sync_engine.external_databases[0].lag_millis"))
                .isZero();
    }

    @Test
    void aDatabaseThatHasEverythingIsOkAndNotLate() {
        connect(tenancy, "main");
        log("ChangedRow", tenancy, 2);
        sequence();
        follow("main", lastId());

        operator()
                .get(BASE + "/status?scope=tenancy&tenancyId=" + tenancy)
                .then()
                .rootPath("sync_engine.external_databases[0]")
                .body("status", equalTo("ok"))
                .body("lag_millis", is(0))
                .body("last_success_at_millis", notNullValue())
                .body("mapping_status[0].state", equalTo("following"))
                .body("mapping_status[0].internal_max_sequence_id", equalTo(Long.toString(lastId())))
                .body("mapping_status[0].last_synced_sequence_id", equalTo(Long.toString(lastId())))
                .body("mapping_status[0].rows_behind", equalTo("0"))
                .body("mapping_status[0].rows_applied_total", equalTo("5"))
                .body("mapping_status[0].updated_at_millis", notNullValue());
    }

    @Test
    void aDatabaseIsAsLateAsTheOldestEntryItLacks() {
        connect(tenancy, "main");
        sequence();
        follow("main", lastId());
        log("ChangedRow", tenancy, 2);
        database.execute("UPDATE dbsync.\"ChangedRow\" SET \"changedAt\" = now() - interval '90 seconds'");
        sequence();
        log("DeletedRow", tenancy, 1);

        operator()
                .get(BASE + "/status?scope=tenancy&tenancyId=" + tenancy)
                .then()
                .rootPath("sync_engine.external_databases[0]")
                .body("lag_millis", greaterThan(89_000))
                .body("lag_millis", lessThan(120_000))
                .body("mapping_status[0].rows_behind", equalTo("3"))
                .body("mapping_status[0].lag_millis", greaterThan(89_000))
                .body("mapping_status[1].rows_behind", equalTo("0"))
                .body("mapping_status[1].lag_millis", is(0));
    }

    @Test
    void aFailureSaysWhoseItIsAndWhatHelps() {
        connect(tenancy, "main");
        follow("main", 1);
        database.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"attempts\" = 4, \"failingSince\" = now(),"
                + " \"nextAttemptAt\" = now() + interval '1 minute', \"errorCode\" = 'TARGET_LOGIN_REFUSED',"
                + " \"errorBlame\" = 'destination', \"errorSqlState\" = '28P01', \"errorMessage\" = 'No',"
                + " \"errorRemedy\" = 'Yes'");

        operator()
                .get(BASE + "/status?scope=tenancy&tenancyId=" + tenancy)
                .then()
                .rootPath("sync_engine.external_databases[0]")
                .body("status", equalTo("error"))
                .body("error.size()", is(8))
                .body("error.code", equalTo("TARGET_LOGIN_REFUSED"))
                .body("error.blame", equalTo("destination"))
                .body("error.message", equalTo("No"))
                .body("error.remedy", equalTo("Yes"))
                .body("error.sql_state", equalTo("28P01"))
                .body("error.attempts", equalTo("4"))
                .body("error.since_millis", notNullValue())
                .body("error.next_attempt_at_millis", notNullValue());
    }

    @Test
    void aMappingsFailureIsTheDatabasesToo() {
        connect(tenancy, "main");
        follow("main", 1);
        database.execute("UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"attempts\" = 2, \"failingSince\" = now(),"
                + " \"errorCode\" = 'TARGET_TABLE_NOT_OWNED', \"errorBlame\" = 'destination', \"errorMessage\" = 'No'"
                + " WHERE \"mappingId\" = 'teams'");

        JsonPath status = of(tenancy);

        assertThat(status.getString("sync_engine.external_databases[0].status")).isEqualTo("error");
        assertThat(status.getString("sync_engine.external_databases[0].error.code"))
                .isEqualTo("TARGET_TABLE_NOT_OWNED");
        assertThat(status.getString(
                        "sync_engine.external_databases[0].mapping_status.find { it.mapping_id == 'teams' }.state"))
                .isEqualTo("error");
        assertThat(status.getString(
                        "sync_engine.external_databases[0].mapping_status.find { it.mapping_id == 'users' }.state"))
                .isEqualTo("following");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"paused\" = true", "\"enabled\" = false"})
    void whatIsNotWrittenToIsPaused(String change) {
        connect(tenancy, "main");
        database.execute("UPDATE dbsync.\"ExternalDatabase\" SET " + change);

        assertThat(of(tenancy).getString("sync_engine.external_databases[0].status"))
                .isEqualTo("paused");
    }

    @Test
    void onlyTheMappingsADatabaseGetsAreShown() {
        connect(tenancy, "main");
        database.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"mappings\" = '{teams,users}'");

        assertThat(of(tenancy).getList("sync_engine.external_databases[0].mapping_status.mapping_id", String.class))
                .containsExactly("users", "teams");
    }

    @Test
    void pagesThroughAllDatabasesShowEachOnce() {
        for (int i = 0; i < 7; i++) {
            connect(UUID.randomUUID(), "db" + i);
        }

        for (String sort : List.of("", "&sort=lag")) {
            var seen = new ArrayList<String>();
            String cursor = "";
            do {
                JsonPath page = operator()
                        .get(BASE + "/external-databases?limit=3" + sort + "&cursor=" + cursor)
                        .jsonPath();
                assertThat(page.getBoolean("ok")).isTrue();
                seen.addAll(page.getList("external_databases.id", String.class));
                cursor = page.getString("next_cursor");
            } while (cursor != null);

            assertThat(seen).containsExactlyInAnyOrder("db0", "db1", "db2", "db3", "db4", "db5", "db6");
        }
    }

    @Test
    void theLatestDatabaseComesFirst() {
        UUID late = UUID.randomUUID();
        for (UUID each : List.of(tenancy, late, other)) {
            connect(each, "of-" + each);
            follow("of-" + each, 0);
        }
        log("ChangedRow", other, 1);
        log("ChangedRow", late, 1);
        database.execute(
                "UPDATE dbsync.\"ChangedRow\" SET \"changedAt\" = now() - interval '1 hour' WHERE \"tenancyId\" = '"
                        + late + "'");

        assertThat(operator()
                        .get(BASE + "/external-databases?sort=lag")
                        .jsonPath()
                        .getList("external_databases.tenancy_id", String.class))
                .containsExactly(late.toString(), other.toString(), tenancy.toString());
    }

    @Test
    void databasesAreFoundByStateAndText() {
        connect(tenancy, "main");
        connect(other, "stopped");
        database.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"paused\" = true, \"host\" = 'needle.example'"
                + " WHERE \"id\" = 'stopped'");

        assertThat(ids("state=paused")).containsExactly("stopped");
        assertThat(ids("state=pending")).containsExactly("main");
        assertThat(ids("state=error")).isEmpty();
        assertThat(ids("search=NEEDLE")).containsExactly("stopped");
        assertThat(ids("search=" + tenancy)).containsExactly("main");
        assertThat(ids("search=%25")).isEmpty();
        assertThat(ids("search=needle&state=pending")).isEmpty();
    }

    @Test
    void aCopyShowsHowFarItIsAndHowLongItWillTake() {
        applicationTables();
        database.execute(
                "INSERT INTO \"ProjectUser\" SELECT '" + tenancy + "', gen_random_uuid() FROM generate_series(1, 8000)",
                "INSERT INTO \"ProjectUser\" SELECT '" + other + "', gen_random_uuid() FROM generate_series(1, 2000)",
                "ANALYZE \"ProjectUser\"");
        connect(tenancy, "main");
        follow("main", 1);
        database.execute("UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"state\" = 'copying', \"rowsCopied\" = 2000,"
                + " \"copyBeganAt\" = now() - interval '30 seconds', \"updatedAt\" = now() - interval '10 seconds'"
                + " WHERE \"mappingId\" IN ('users', 'team_invitations')");

        JsonPath status = of(tenancy);

        String copies = "sync_engine.external_databases[0].mapping_status.find { it.mapping_id == '%s' }.copy";
        assertThat(status.getString("sync_engine.external_databases[0].status")).isEqualTo("pending");
        assertThat(status.getLong("sync_engine.external_databases[0].lag_millis"))
                .isGreaterThanOrEqualTo(30_000);
        Map<String, Object> users = status.<String, Object>getMap(copies.formatted("users"));
        assertThat(users)
                .containsEntry("rows_copied", "2000")
                .containsEntry("rows_total_estimate", "8000")
                .containsEntry("rows_per_second", "100")
                .containsEntry("left_millis", 60_000);
        assertThat(users.get("began_at_millis")).isNotNull();
        assertThat(status.getMap(copies.formatted("team_invitations")))
                .containsEntry("rows_copied", "2000")
                .containsEntry("rows_total_estimate", null)
                .containsEntry("left_millis", null);
        assertThat(status.getMap(copies.formatted("teams"))).isNull();
    }

    @Test
    void moreRowsThanTheStatisticsKnowOfMakeNoEstimate() {
        applicationTables();
        database.execute(
                "INSERT INTO \"ProjectUser\" SELECT '" + tenancy + "', gen_random_uuid() FROM generate_series(1, 100)",
                "ANALYZE \"ProjectUser\"");
        connect(tenancy, "main");
        follow("main", 1);
        database.execute("UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"state\" = 'sweeping', \"rowsCopied\" = 101,"
                + " \"copyBeganAt\" = now() WHERE \"mappingId\" = 'users'");

        assertThat(of(tenancy).getMap("sync_engine.external_databases[0].mapping_status[0].copy"))
                .containsEntry("rows_copied", "101")
                .containsEntry("rows_total_estimate", null)
                .containsEntry("rows_per_second", null)
                .containsEntry("left_millis", null);
    }

    @Test
    void tenanciesAreListedWithTheirDatabasesByState() {
        applicationTables();
        database.execute("INSERT INTO \"Tenancy\" VALUES ('" + tenancy + "', 'Needle-7', 'main')");
        connect(tenancy, "one");
        connect(tenancy, "two");
        connect(other, "three");
        follow("one", lastId());
        follow("three", lastId());
        database.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"paused\" = true WHERE \"id\" = 'two'");
        log("ChangedRow", other, 1);
        database.execute("UPDATE dbsync.\"ChangedRow\" SET \"changedAt\" = now() - interval '1 hour'");

        JsonPath lines = tenancies("");
        assertThat(lines.getList("tenancies")).hasSize(2);
        assertThat(lines.getString("next_cursor")).isNull();
        Map<String, Object> line = lines.getMap("tenancies.find { it.id == '" + tenancy + "' }");
        assertThat(line)
                .containsEntry("project_id", "Needle-7")
                .containsEntry("branch_id", "main")
                .containsEntry(
                        "external_databases",
                        Map.of("total", "2", "ok", "1", "error", "0", "pending", "0", "paused", "1"));
        assertThat(lines.getMap("tenancies.find { it.id == '" + other + "' }"))
                .containsEntry("project_id", null)
                .containsEntry("branch_id", null);
        assertThat(lines.getLong("tenancies.find { it.id == '" + other + "' }.lag_millis"))
                .isGreaterThanOrEqualTo(3_600_000);

        assertThat(tenancyIds("?state=paused")).containsExactly(tenancy.toString());
        assertThat(tenancyIds("?state=error")).isEmpty();
        assertThat(tenancyIds("?search=needle")).containsExactly(tenancy.toString());
        assertThat(tenancyIds("?search=three")).containsExactly(other.toString());
        assertThat(tenancyIds("?search=" + other)).containsExactly(other.toString());
    }

    @Test
    void pagesThroughTenanciesShowEachOnceAndTheLatestFirst() {
        var late = new ArrayList<UUID>();
        for (int i = 0; i < 5; i++) {
            UUID each = UUID.randomUUID();
            late.add(each);
            connect(each, "first-" + i);
            connect(each, "second-" + i);
            database.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"createdAt\" = now() - interval '" + (10 - i)
                    + " hours' WHERE \"id\" = 'first-" + i + "'");
        }

        for (String sort : List.of("", "&sort=lag")) {
            var seen = new ArrayList<String>();
            String cursor = "";
            do {
                JsonPath page = tenancies("?limit=2" + sort + "&cursor=" + cursor);
                seen.addAll(page.getList("tenancies.id", String.class));
                cursor = page.getString("next_cursor");
            } while (cursor != null);
            var expected = late.stream().map(UUID::toString).toList();
            if (sort.isEmpty()) {
                assertThat(seen).isSorted().containsExactlyInAnyOrderElementsOf(expected);
            } else {
                assertThat(seen).containsExactlyElementsOf(expected);
            }
        }
    }

    @Test
    void thePipelineShowsItsBacklogsAndHowFastItGoes() {
        var pipeline = new Pipeline(internalDb);
        connect(tenancy, "main");
        follow("main", lastId());
        pipeline.runOnce();
        log("ChangedRow", tenancy, 30);
        sequence();
        database.execute(
                "UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"rowsAppliedTotal\" = \"rowsAppliedTotal\" + 7");
        log("ChangedRow", tenancy, 3);
        request("retry", "now(), NULL, now() + interval '1 minute', NULL");
        request("flight", "now(), gen_random_uuid(), now() + interval '5 minutes', now()");
        pipeline.runOnce();

        PipelineView view = pipeline.view();

        assertThat(view.sequencer().pending()).isEqualTo("3");
        assertThat(view.sequencer().sequencedTotal()).isEqualTo("30");
        assertThat(view.sequencer().sequencedPerSecond()).isPositive();
        assertThat(view.poller().pending()).isEqualTo("1");
        assertThat(view.poller().inFlight()).isEqualTo("1");
        assertThat(view.poller().retrying()).isEqualTo("1");
        assertThat(view.poller().stale()).isEqualTo("0");
        assertThat(view.syncEngine().rowsAppliedTotal()).isEqualTo("132");
        assertThat(view.syncEngine().rowsAppliedPerSecond()).isPositive();
        assertThat(view.history()).hasSize(2);
        assertThat(view.history().get(0).sequencedPerSecond()).isNull();
        assertThat(view.history().get(1).sequencerPending()).isEqualTo(3);
        assertThat(view.history().get(1).rowsAppliedPerSecond()).isPositive();

        database.execute("DELETE FROM dbsync.\"ExternalDatabase\"");
        pipeline.runOnce();
        assertThat(pipeline.view().history().get(2).rowsAppliedPerSecond()).isNull();
    }

    @Test
    void thePipelineHasTheseFields() {
        JsonPath view = operator().get(BASE + "/pipeline").jsonPath();

        assertThat(view.getMap("$").keySet())
                .isEqualTo(Set.of("ok", "generated_at_millis", "sequencer", "poller", "sync_engine", "history"));
        assertThat(view.getMap("sequencer").keySet())
                .isEqualTo(Set.of("pending", "sequenced_total", "sequenced_per_second"));
        assertThat(view.getMap("poller").keySet())
                .isEqualTo(
                        Set.of("pending", "in_flight", "stale", "retrying", "delivered_total", "delivered_per_second"));
        assertThat(view.getMap("sync_engine").keySet())
                .isEqualTo(Set.of("rows_applied_total", "rows_applied_per_second"));
        sampled.runOnce();
        List<Map<String, Object>> history =
                operator().get(BASE + "/pipeline").jsonPath().getList("history");
        assertThat(history.get(history.size() - 1).keySet())
                .isEqualTo(Set.of(
                        "at_millis",
                        "sequencer_pending",
                        "sequenced_per_second",
                        "requests_pending",
                        "requests_in_flight",
                        "requests_stale",
                        "requests_retrying",
                        "delivered_per_second",
                        "rows_applied_per_second"));
    }

    @ParameterizedTest
    @CsvSource({
        "status?scope=some, INVALID_SCOPE",
        "status?scope=tenancy, INVALID_TENANCY_ID",
        "status?scope=tenancy&tenancyId=, INVALID_TENANCY_ID",
        "status?scope=tenancy&tenancyId=7, INVALID_TENANCY_ID",
        "status?scope=all&tenancyId=7d5f0f8e-6a9f-4a3e-9f58-3f4a4a1f7b1a, INVALID_SCOPE",
        "status?scope=all&tenancy=7, UNKNOWN_PARAMETER",
        "external-databases?status=ok, UNKNOWN_PARAMETER",
        "external-databases?state=ok&state=error, REPEATED_PARAMETER",
        "tenancies?order=lag, UNKNOWN_PARAMETER",
        "tenancies?sort=id, INVALID_SORT",
        "tenancies?state=broken, INVALID_STATE",
        "tenancies?limit=0, INVALID_LIMIT",
        "tenancies?cursor=!, INVALID_CURSOR",
        "pipeline?scope=all, UNKNOWN_PARAMETER",
        "external-databases?state=broken, INVALID_STATE",
        "external-databases?sort=name, INVALID_SORT",
        "external-databases?limit=0, INVALID_LIMIT",
        "external-databases?limit=201, INVALID_LIMIT",
        "external-databases?limit=many, INVALID_LIMIT",
        "external-databases?cursor=!, INVALID_CURSOR",
        "external-databases?cursor=AAAA, INVALID_CURSOR"
    })
    void otherParametersAreRefused(String address, String code) {
        operator()
                .get(BASE + "/" + address)
                .then()
                .statusCode(400)
                .body("ok", is(false))
                .body("code", equalTo(code));
    }

    @Test
    void anUnknownTenancyIsNotFound() {
        operator()
                .get(BASE + "/status?scope=tenancy&tenancyId=" + UUID.randomUUID())
                .then()
                .statusCode(404)
                .body("code", equalTo("NOT_FOUND"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/status?scope=all", "/status?scope=tenancy", "/external-databases", "/tenancies", "/pipeline"})
    void withoutTheTokenNothingIsShown(String address) {
        given().get(BASE + address).then().statusCode(401).body("code", equalTo("UNAUTHORIZED"));
    }

    private static JsonPath all() {
        var response = operator().get(BASE + "/status?scope=all");
        assertThat(response.statusCode()).isEqualTo(200);
        return response.jsonPath();
    }

    private static JsonPath of(UUID tenancy) {
        var response = operator().get(BASE + "/status?scope=tenancy&tenancyId=" + tenancy);
        assertThat(response.statusCode()).isEqualTo(200);
        return response.jsonPath();
    }

    private JsonPath ofTenancyWithADatabase() {
        database.execute("DELETE FROM dbsync.\"ExternalDatabase\"");
        connect(tenancy, "main");
        return of(tenancy);
    }

    private static List<String> ids(String query) {
        return operator()
                .urlEncodingEnabled(false)
                .get(BASE + "/external-databases?" + query)
                .jsonPath()
                .getList("external_databases.id", String.class);
    }

    private static JsonPath tenancies(String query) {
        var response = operator().get(BASE + "/tenancies" + query);
        assertThat(response.statusCode()).isEqualTo(200);
        return response.jsonPath();
    }

    private static List<String> tenancyIds(String query) {
        return tenancies(query).getList("tenancies.id", String.class);
    }

    private void connect(UUID owner, String id) {
        database.execute(
                "INSERT INTO dbsync.\"CapturedTable\" (\"tableName\", \"relation\", \"roles\", \"changeBranch\","
                        + " \"deleteBranch\") VALUES ('ProjectUser', '', '{}', '', '') ON CONFLICT DO NOTHING");
        database.update(
                "INSERT INTO dbsync.\"ExternalDatabase\" (\"tenancyId\", \"id\", \"type\", \"connectionCiphertext\","
                        + " \"connectionKeyId\", \"host\", \"port\", \"database\", \"user\")"
                        + " VALUES (?, ?, 'postgres', ''::bytea, 'k', 'db.example', 5432, 'shop', 'joe')",
                owner,
                id);
    }

    private void follow(String id, long watermark) {
        database.update(
                "INSERT INTO dbsync.\"ExternalDatabaseMapping\" (\"destinationId\", \"mappingId\", \"state\","
                        + " \"lastSyncedSequenceId\", \"rowsAppliedTotal\")"
                        + " SELECT d.\"destinationId\", m, 'following', ?, 5 FROM dbsync.\"ExternalDatabase\" AS d,"
                        + " unnest(ARRAY['users', 'contact_channels', 'teams', 'team_member_profiles', 'team_permissions',"
                        + " 'team_invitations', 'email_outboxes', 'project_permissions', 'notification_preferences',"
                        + " 'refresh_tokens', 'connected_accounts']) AS m WHERE d.\"id\" = ?",
                watermark,
                id);
        database.update("UPDATE dbsync.\"ExternalDatabase\" SET \"lastSuccessAt\" = now() WHERE \"id\" = ?", id);
    }

    private void log(String log, UUID owner, int entries) {
        String data = log.equals("DeletedRow") ? ", \"data\"" : "";
        database.update(
                "INSERT INTO dbsync.\"" + log + "\" (\"tenancyId\", \"tableName\", \"primaryKey\"" + data + ")"
                        + " SELECT ?, 'ProjectUser', jsonb_build_object('projectUserId', gen_random_uuid())"
                        + (data.isEmpty() ? "" : ", '{}'::jsonb") + " FROM generate_series(1, ?)",
                owner,
                entries);
    }

    private void sequence() {
        database.execute("SELECT dbsync.backfill_null_sequence_ids(100000)");
    }

    private long lastId() {
        return database.queryLong("SELECT \"lastSequenceId\" FROM dbsync.\"SequencerState\"");
    }

    private void request(String key, String claim) {
        database.execute("INSERT INTO dbsync.\"OutgoingRequest\" (\"deduplicationKey\", \"qstashOptions\","
                + " \"startedFulfillingAt\", \"claimToken\", \"leaseUntil\", \"renewedAt\") VALUES ('" + key
                + "', '{}', "
                + claim + ")");
    }

    private void applicationTables() {
        database.execute(
                "CREATE TABLE public.\"Tenancy\" (\"id\" uuid PRIMARY KEY, \"projectId\" text, \"branchId\" text)",
                "CREATE TABLE public.\"ProjectUser\" (\"tenancyId\" uuid, \"projectUserId\" uuid,"
                        + " PRIMARY KEY (\"tenancyId\", \"projectUserId\"))");
    }
}
