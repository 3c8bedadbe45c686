package dev.dbsync.poller.backlog;

import static dev.dbsync.poller.InternalDatabaseExtension.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dbsync.common.heartbeat.HeartbeatEntry;
import dev.dbsync.poller.InternalDatabaseExtension;
import dev.dbsync.poller.backlog.Databases.Kind;
import dev.dbsync.poller.chores.MappedTables;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BacklogStoreTest {

    private static final Kind OK = new Kind("ok", "none");

    private static final String CLAIM =
            "\"startedFulfillingAt\" = now(), \"claimToken\" = gen_random_uuid(), \"leaseUntil\" = ";

    @RegisterExtension
    static final InternalDatabaseExtension internal = new InternalDatabaseExtension();

    private static final MappedTables MAPPED =
            new MappedTables(new String[] {"users", "teams"}, new String[] {"ProjectUser", "Team"});

    private final BacklogStore store = new BacklogStore(internal.pool());

    @BeforeEach
    void capture() {
        internal.database().execute("""
                INSERT INTO dbsync."CapturedTable" ("tableName", "relation", "roles", "changeBranch", "deleteBranch")
                VALUES ('ProjectUser', '', '{}', '', ''), ('Team', '', '{}', '', '')
                """);
    }

    @AfterEach
    void clear() {
        internal.database().execute("DELETE FROM dbsync.\"CapturedTable\"");
    }

    @Test
    void nothingIsZero() {
        assertThat(await(store.requests())).isEqualTo(new Requests(0, 0, 0, 0, 0, 0));
        assertThat(await(store.databases())).isEqualTo(new Databases(Map.of(), 0));
        assertThat(await(store.lags(MAPPED, 10))).isEmpty();
    }

    @Test
    void requestsAreCountedByStateAndTheOldestByItsAge() {
        internal.enqueued();
        UUID claimed = internal.enqueued();
        internal.set(claimed, CLAIM + "now() + interval '5 minutes', \"renewedAt\" = now()");
        UUID stale = internal.enqueued();
        internal.set(stale, CLAIM + "now() + interval '5 minutes', \"renewedAt\" = now() - interval '1 minute'");
        UUID retrying = internal.enqueued();
        internal.set(retrying, "\"startedFulfillingAt\" = now(), \"leaseUntil\" = now() + interval '1 minute'");
        internal.set(retrying, "\"createdAt\" = now() - interval '90 seconds'");

        Requests counted = await(store.requests());

        assertThat(counted.pending()).isOne();
        assertThat(counted.claimed()).isOne();
        assertThat(counted.stale()).isOne();
        assertThat(counted.retrying()).isOne();
        assertThat(counted.oldestSeconds()).isCloseTo(90, within(10.0));
        assertThat(counted.unsequencedSeconds()).isZero();
    }

    @Test
    void anEntryThatNoSequencerSeesToGrowsOld() {
        entry(UUID.randomUUID(), "ProjectUser", "NULL", 40);

        assertThat(await(store.requests()).unsequencedSeconds()).isCloseTo(40, within(10.0));
    }

    @Test
    void aHeartbeatIsNobodysWork() {
        entry(HeartbeatEntry.TENANCY, HeartbeatEntry.TABLE, "NULL", 40);
        internal.database().execute("SELECT dbsync.enqueue_tenant_sync('" + HeartbeatEntry.TENANCY + "')");

        assertThat(await(store.requests())).isEqualTo(new Requests(0, 0, 0, 0, 0, 0));
    }

    @Test
    void databasesAreCountedByStateAndBlame() {
        database("lastSuccessAt", "now()");
        database("paused", "true");
        database("enabled", "false");
        database("id", "'new'");
        failing(database("lastSuccessAt", "now()"), "teams", "operator");
        UUID two = database("lastSuccessAt", "now()");
        failing(two, "teams", "destination");
        failing(two, "users", "platform");

        assertThat(await(store.databases()).counts())
                .containsOnly(
                        Map.entry(OK, 1L),
                        Map.entry(new Kind("paused", "none"), 2L),
                        Map.entry(new Kind("pending", "none"), 1L),
                        Map.entry(new Kind("error", "operator"), 1L),
                        Map.entry(new Kind("error", "platform"), 1L));
        assertThat(await(store.databases()).running()).isEqualTo(4);
    }

    @Test
    void aMappingThatADatabaseNoLongerHasDoesNotCount() {
        UUID destination = database("lastSuccessAt", "now()");
        failing(destination, "teams", "operator");
        internal.database()
                .update(
                        "UPDATE dbsync.\"ExternalDatabase\" SET \"mappings\" = '{users}' WHERE \"destinationId\" = ?",
                        destination);

        assertThat(await(store.databases()).counts()).containsOnly(Map.entry(OK, 1L));
    }

    @Test
    void aLagIsTheAgeOfTheOldestChangeNotApplied() {
        UUID tenancy = internal.enqueued();
        following(databaseOf(tenancy, "lastSuccessAt", "now()"), 10);
        entry(tenancy, "ProjectUser", "5", 500);
        entry(tenancy, "ProjectUser", "11", 70);
        entry(tenancy, "ProjectUser", "12", 30);
        UUID idle = UUID.randomUUID();
        following(databaseOf(idle, "lastSuccessAt", "now()"), 10);

        assertThat(await(store.lags(MAPPED, 10)))
                .singleElement()
                .satisfies(lag -> assertThat(lag).isCloseTo(70, within(10.0)));
    }

    @Test
    void aTenancyThatHasEverythingHasNoLagAndAPausedOneNeither() {
        UUID done = internal.enqueued();
        following(databaseOf(done, "lastSuccessAt", "now()"), 10);
        entry(done, "ProjectUser", "10", 70);
        UUID paused = internal.enqueued();
        databaseOf(paused, "paused", "true");

        assertThat(await(store.lags(MAPPED, 10))).isEmpty();
    }

    private UUID database(String column, String value) {
        return databaseOf(UUID.randomUUID(), column, value);
    }

    private UUID databaseOf(UUID tenancy, String column, String value) {
        UUID destination = UUID.randomUUID();
        internal.database().execute("""
                INSERT INTO dbsync."ExternalDatabase" ("tenancyId", "id", "destinationId", "type", "connectionCiphertext",
                    "connectionKeyId", "host", "port", "database", "user")
                VALUES ('%1$s', 'main', '%2$s', 'postgres', '', 'k', 'h', 1, 'd', 'u');
                UPDATE dbsync."ExternalDatabase" SET "%3$s" = %4$s WHERE "destinationId" = '%2$s'
                """.formatted(tenancy, destination, column, value));
        return destination;
    }

    private void failing(UUID destination, String mapping, String blame) {
        internal.database().execute("""
                INSERT INTO dbsync."ExternalDatabaseMapping" ("destinationId", "mappingId", "state", "errorCode", "errorBlame",
                    "failingSince")
                VALUES ('%s', '%s', 'following', 'E', '%s', now())
                """.formatted(destination, mapping, blame));
    }

    private void following(UUID destination, long sequenceId) {
        for (String mapping : MAPPED.mappings()) {
            internal.database().execute("""
                    INSERT INTO dbsync."ExternalDatabaseMapping" ("destinationId", "mappingId", "state", "lastSyncedSequenceId")
                    VALUES ('%s', '%s', 'following', %d)
                    """.formatted(destination, mapping, sequenceId));
        }
    }

    private void entry(UUID tenancy, String table, String sequenceId, int secondsAgo) {
        internal.database().execute("""
                INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey", "sequenceId", "shouldUpdateSequenceId", "changedAt")
                VALUES ('%s', '%s', '{}', %s, %s, now() - interval '%d seconds')
                """.formatted(tenancy, table, sequenceId, sequenceId.equals("NULL"), secondsAgo));
    }
}
