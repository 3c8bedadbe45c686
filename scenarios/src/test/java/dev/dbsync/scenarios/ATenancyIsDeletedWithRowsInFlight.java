package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A project is deleted, with all its rows in one cascade, before what it had changed was delivered. */
@Tag("slow")
class ATenancyIsDeletedWithRowsInFlight {

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder);

    private Tenant doomed;
    private Tenant neighbour;
    private TestDatabase target;
    private TestDatabase late;
    private TestDatabase neighbours;

    @BeforeEach
    void connect() {
        doomed = installation.tenant();
        neighbour = installation.tenant();
        doomed.everything();
        neighbour.everything();
        target = doomed.connected();
        neighbours = neighbour.connected();
        Oracle.awaitEqual(doomed, target);
        Oracle.awaitEqual(neighbour, neighbours);
    }

    @AfterEach
    void switchOn() {
        fuses(true, true);
    }

    @Test
    void beforeTheyWereSequenced() {
        fuses(false, true);
        change();
        delete();
        fuses(true, true);

        assertDeleted();
    }

    @Test
    void whenTheyWereSequencedAndWaitForDelivery() {
        fuses(true, false);
        change();
        Eventually.holds(() -> assertThat(doomed.requests()).isPositive());
        delete();
        fuses(true, true);

        assertDeleted();
    }

    @Test
    void whileADatabaseIsBeingFilled() {
        installation.internal().execute("""
                INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName", "clientMetadata")
                SELECT '%s', gen_random_uuid(), 'User ' || n, jsonb_build_object('padding', repeat('x', 500))
                FROM generate_series(1, 10000) AS n
                """.formatted(doomed.id()));
        late = doomed.connected("late");
        Eventually.holds(
                () -> assertThat(late.queryLong("SELECT count(*) FROM users")).isPositive());
        delete();

        assertDeleted();
        Eventually.holdsWithin(Duration.ofSeconds(60), () -> assertEmpty(late));
    }

    private void change() {
        doomed.user("In flight");
        doomed.invitation(doomed.team("In flight"), "guest@example.org");
    }

    private void delete() {
        installation.internal().update("DELETE FROM \"Tenancy\" WHERE \"id\" = ?", doomed.id());
    }

    private void assertDeleted() {
        Eventually.holdsWithin(Duration.ofSeconds(60), () -> {
            assertEmpty(target);
            assertThat(doomed.requests()).as("requests left over").isZero();
            JsonNode database = doomed.database("main");
            assertThat(database.path("status").asText()).isEqualTo("ok");
            assertThat(database.path("error").isNull()).isTrue();
            assertThat(database.path("mapping_status"))
                    .allSatisfy(mapping ->
                            assertThat(mapping.path("rows_behind").asText()).isEqualTo("0"));
        });
        Oracle.awaitEqual(neighbour, neighbours);
        assertNothingIsWrittenAnyMore();
    }

    /** What the tenant does to the tables that were left to it stays, also when its neighbours go on. */
    private void assertNothingIsWrittenAnyMore() {
        target.execute("""
                INSERT INTO teams (id, display_name, created_at, client_metadata, client_read_only_metadata, server_metadata)
                VALUES (gen_random_uuid(), 'kept', now(), '{}', '{}', '{}')
                """);
        String before = target.queryText("SELECT string_agg(m::text, ',') FROM _external_db_sync_metadata AS m");
        neighbour.user("The neighbour goes on");
        Oracle.awaitEqual(neighbour, neighbours);

        assertThat(target.queryLong("SELECT count(*) FROM teams")).isOne();
        assertThat(target.queryText("SELECT string_agg(m::text, ',') FROM _external_db_sync_metadata AS m"))
                .isEqualTo(before);
    }

    private static void assertEmpty(TestDatabase database) {
        for (String mapping : Oracle.MAPPINGS) {
            assertThat(Oracle.actual(database, "public", mapping)).as(mapping).isEqualTo(List.of());
        }
    }

    private static void fuses(boolean sequencer, boolean poller) {
        installation
                .admin()
                .post("/fusebox", Map.of("sequencer_enabled", sequencer, "poller_enabled", poller))
                .expectSuccess();
        Eventually.passed(Duration.ofMillis(300));
    }
}
