package dev.dbsync.sequencer.expand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.TestDatabase;
import dev.dbsync.sequencer.capture.CapturedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Capture and expansion together, over the built-in mappings and an operator's own. */
class ExpanderTest {

    @RegisterExtension
    static final CapturedDatabase captured = new CapturedDatabase();

    private final TestDatabase database = captured.open();
    private final UUID tenancy = captured.tenancy();

    @Test
    void anInvitationIsLoggedForTheTenancyOfItsProjectAndBranch() {
        UUID invitation = captured.newInvitation("project", UUID.randomUUID());

        expandAll();

        assertThat(captured.changed()).containsExactly(entry(tenancy, "project", invitation));
    }

    @Test
    void aRowWhoseTenancyIsNotThereYetIsFoundWhenItComes() {
        UUID invitation = captured.newInvitation("late", UUID.randomUUID());
        expandAll();
        assertThat(captured.changed()).isEmpty();

        UUID late = captured.newTenancy("late", "main");
        expandAll();

        assertThat(captured.changed()).containsExactly(entry(late, "late", invitation));
    }

    @Test
    void aDeletedInvitationLeavesATombstoneInItsTenancy() {
        UUID invitation = captured.newInvitation("project", UUID.randomUUID());
        expandAll();
        captured.forget();

        database.update("DELETE FROM \"VerificationCode\" WHERE \"id\" = ?", invitation);
        expandAll();

        assertThat(captured.deleted())
                .containsExactly(entry(tenancy, "project", invitation) + " {\"id\": \"" + invitation + "\"}");
        assertThat(captured.changed()).isEmpty();
    }

    @Test
    void anInvitationThatMovesToAnotherProjectIsDeletedInTheFirst() {
        UUID invitation = captured.newInvitation("project", UUID.randomUUID());
        expandAll();
        captured.forget();

        database.update("UPDATE \"VerificationCode\" SET \"projectId\" = 'other' WHERE \"id\" = ?", invitation);
        expandAll();

        assertThat(captured.deleted())
                .containsExactly(entry(tenancy, "project", invitation) + " {\"id\": \"" + invitation + "\"}");
        assertThat(captured.changed()).containsExactly(entry(captured.otherTenancy(), "other", invitation));
    }

    @Test
    void anInvitationDeletedTogetherWithItsTenancyLeavesATombstone() {
        UUID gone = captured.newTenancy("gone", "main");
        UUID invitation = captured.newInvitation("gone", UUID.randomUUID());
        expandAll();
        captured.forget();

        database.execute(
                "DELETE FROM \"Tenancy\" WHERE \"projectId\" = 'gone'",
                "DELETE FROM \"VerificationCode\" WHERE \"projectId\" = 'gone'");
        expandAll();

        assertThat(captured.deleted()).contains(entry(gone, "gone", invitation) + " {\"id\": \"" + invitation + "\"}");
    }

    @Test
    void aTenancyThatIsDeletedReportsEveryRowItHad() {
        UUID gone = captured.newTenancy("gone-alone", "main");
        UUID invitation = captured.newInvitation("gone-alone", UUID.randomUUID());
        expandAll();
        captured.forget();

        database.execute("DELETE FROM \"Tenancy\" WHERE \"projectId\" = 'gone-alone'");
        expandAll();

        assertThat(captured.changed()).containsExactly(entry(gone, "gone-alone", invitation));
    }

    @Test
    void aRenamedTeamFeedsItsInvitations() {
        UUID team = captured.newTeam(tenancy);
        UUID invitation = captured.newInvitation("project", team);
        captured.newInvitation("project", UUID.randomUUID());
        expandAll();
        captured.forget();

        database.update("UPDATE \"Team\" SET \"displayName\" = 'Crew 2' WHERE \"teamId\" = ?", team);
        expandAll();

        assertThat(captured.changed())
                .containsExactlyInAnyOrder(
                        tenancy + " Team {\"teamId\": \"" + team + "\", \"tenancyId\": \"" + tenancy + "\"}",
                        entry(tenancy, "project", invitation));
    }

    @Test
    void anOperatorsDependencyFeedsTheRowOfItsOldAndItsNewKey() {
        database.execute("INSERT INTO public.orders VALUES (1, '" + tenancy + "'), (2, '" + tenancy + "')");
        database.execute("INSERT INTO public.order_lines VALUES (1, 1, 'x')");
        expandAll();
        captured.forget();

        database.execute("UPDATE public.order_lines SET order_id = 2 WHERE id = 1");
        expandAll();

        assertThat(captured.changed()).contains(tenancy + " orders {\"id\": 1}", tenancy + " orders {\"id\": 2}");
    }

    @Test
    void aFedRowThatIsJustBeingInsertedIsNotMissed() throws SQLException {
        try (Connection open = database.connect();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("INSERT INTO public.orders VALUES (3, '" + tenancy + "')");
            database.execute("INSERT INTO public.order_lines VALUES (3, 3, 'x')");
            expandAll();
            open.commit();
        }
        assertThat(captured.changed()).containsExactly(tenancy + " orders {\"id\": 3}");
    }

    @Test
    void anExpansionThatMetALockIsTriedAgainInSeconds() throws SQLException {
        var now = new AtomicReference<>(Instant.EPOCH);
        InstantSource clock = now::get;
        Expander expander = captured.expander(clock.withZone(ZoneOffset.UTC));
        database.execute("INSERT INTO public.orders VALUES (4, '" + tenancy + "')");
        expandAll();
        captured.forget();
        database.execute("INSERT INTO public.order_lines VALUES (4, 4, 'x')");
        try (Connection truncating = database.connect();
                Statement statement = truncating.createStatement()) {
            truncating.setAutoCommit(false);
            statement.execute("LOCK TABLE public.orders IN ACCESS EXCLUSIVE MODE");
            expander.runOnce();
        }
        expander.runOnce();
        assertThat(captured.changed()).isEmpty();

        now.set(Instant.EPOCH.plusSeconds(5));
        expander.runOnce();

        assertThat(captured.changed()).containsExactly(tenancy + " orders {\"id\": 4}");
    }

    @Test
    void anExpansionOfManyRowsGoesPageByPage() {
        UUID team = captured.newTeam(tenancy);
        database.execute("""
                INSERT INTO "VerificationCode" ("projectId", "branchId", "id", "type", "data")
                SELECT 'project', 'main', gen_random_uuid(), 'TEAM_INVITATION', '{"team_id": "%s"}' FROM generate_series(1, 2500)
                """.formatted(team));
        expandAll();
        captured.forget();

        database.update("UPDATE \"Team\" SET \"displayName\" = 'New' WHERE \"teamId\" = ?", team);
        Expanded expanded = expandAll();

        assertThat(expanded.pages()).isEqualTo(3);
        assertThat(
                        database.queryLong(
                                "SELECT count(DISTINCT \"primaryKey\") FROM dbsync.\"ChangedRow\" WHERE \"tableName\" = 'VerificationCode'"))
                .isEqualTo(2500);
    }

    @Test
    void anEntryThatNobodyHereKnowsStaysAndHoldsUpNoOther() {
        database.execute(
                "INSERT INTO dbsync.\"PendingExpansion\" (\"expansion\", \"key\") VALUES ('theirs#row:00000000', '{}')");
        UUID invitation = captured.newInvitation("project", UUID.randomUUID());

        expandAll();

        assertThat(captured.pending()).containsExactly("theirs#row {}");
        assertThat(captured.changed()).containsExactly(entry(tenancy, "project", invitation));
    }

    @Test
    void aKeyThatFitsNoRowIsDropped() {
        database.execute("""
                INSERT INTO dbsync."PendingExpansion" ("expansion", "key")
                SELECT "feed" ->> 'expansion', '{"order_id": "not a number"}'
                FROM dbsync."CapturedTable" AS t, jsonb_array_elements(t."roles" -> 'feeds') AS feed
                WHERE t."tableName" = 'order_lines'
                """);

        expandAll();

        assertThat(captured.pending()).isEmpty();
    }

    @Test
    void replicasShareTheWork() {
        database.execute("""
                INSERT INTO "VerificationCode" ("projectId", "branchId", "id", "type")
                SELECT 'project', 'main', gen_random_uuid(), 'TEAM_INVITATION' FROM generate_series(1, 3000)
                """);

        var replicas = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.runAsync(this::expandAll))
                .toList();
        replicas.forEach(CompletableFuture::join);
        expandAll();

        assertThat(captured.changed()).hasSize(3000).doesNotHaveDuplicates();
    }

    @Test
    void aNewGenerationWakesEveryTenancyWithADatabase() {
        database.update("""
                INSERT INTO dbsync."ExternalDatabase"
                    ("tenancyId", "id", "type", "connectionCiphertext", "connectionKeyId", "host", "port", "database", "user")
                VALUES (?, 'db', 'postgres', '', 'k', 'h', 5432, 'd', 'u')
                """, tenancy);
        database.execute("TRUNCATE public.order_lines");

        assertThat(expandAll().announced()).isOne();

        assertThat(database.queryText("SELECT \"deduplicationKey\" FROM dbsync.\"OutgoingRequest\""))
                .isEqualTo("sync-engine:" + tenancy);
        assertThat(expandAll().some()).isFalse();
    }

    /** What its target was given from a lost tail has to go back without a change of anything. */
    @Test
    void aNewHistoryWakesEveryTenancyWithADatabaseAndTheFirstNobody() {
        database.update("""
                INSERT INTO dbsync."ExternalDatabase"
                    ("tenancyId", "id", "type", "connectionCiphertext", "connectionKeyId", "host", "port", "database", "user")
                VALUES (?, 'restored', 'postgres', '', 'k', 'h', 5432, 'd', 'u')
                """, tenancy);
        expandAll();
        database.execute(
                "DELETE FROM dbsync.\"OutgoingRequest\"", "UPDATE dbsync.\"SequencerState\" SET \"place\" = NULL");
        database.query("SELECT * FROM dbsync.backfill_null_sequence_ids()");
        assertThat(expandAll().announced()).isZero();

        database.execute("UPDATE dbsync.\"SequencerState\" SET \"place\" = 'the old primary'");
        database.query("SELECT * FROM dbsync.backfill_null_sequence_ids()");
        assertThat(database.query("SELECT expansions FROM dbsync.backfill_null_sequence_ids()"))
                .isEqualTo(List.of(Map.of("expansions", true)));

        assertThat(expandAll().announced()).isOne();
        assertThat(database.queryLong(
                        "SELECT count(*) FROM dbsync.\"OutgoingRequest\" WHERE \"deduplicationKey\" = ?",
                        "sync-engine:" + tenancy))
                .isOne();
        assertThat(expandAll().some()).isFalse();
    }

    private Expanded expandAll() {
        Expanded total = Expanded.NOTHING;
        Expanded run;
        do {
            run = captured.expander().runOnce();
            total = total.plus(run);
        } while (run.some());
        return total;
    }

    private static String entry(UUID tenancy, String project, UUID id) {
        return tenancy + " VerificationCode {\"id\": \"" + id + "\", \"branchId\": \"main\", \"projectId\": \""
                + project + "\"}";
    }
}
