package dev.dbsync.poller.chores;

import static dev.dbsync.poller.InternalDatabaseExtension.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.poller.InternalDatabaseExtension;
import dev.dbsync.poller.chores.WakeUpStore.Due;
import dev.dbsync.poller.chores.WakeUpStore.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WakeUpStoreTest {

    private static final String DUE = "\"nextAttemptAt\" = now() - interval '1 second'";
    private static final String NOT_DUE = "\"nextAttemptAt\" = now() + interval '1 minute'";
    private static final String LONG_AGO = "now() - interval '1 minute'";

    @RegisterExtension
    static final InternalDatabaseExtension internal = new InternalDatabaseExtension();

    private WakeUpStore store;

    @BeforeEach
    void store() {
        store = new WakeUpStore(internal.pool());
    }

    @Nested
    class DueRetriesOfDestinations {

        @Test
        void aTenancyWhoseDatabaseIsDueIsEnqueuedOnce() {
            UUID tenancy = destination("a", DUE);
            destination("b", NOT_DUE);

            assertThat(enqueueDue()).containsExactly(tenancy);
            assertThat(enqueueDue()).as("a request waits").isEmpty();
            assertThat(internal.requests(tenancy)).isOne();
        }

        @Test
        void aTenancyOfWhichOneMappingIsDueIsEnqueued() {
            UUID tenancy = destination("a", "\"nextAttemptAt\" = NULL");
            mapping(tenancy, "users", DUE);
            mapping(tenancy, "teams", NOT_DUE);

            assertThat(enqueueDue()).containsExactly(tenancy);
        }

        @Test
        void aDueMappingWaitsWhileItsWholeDatabaseBacksOff() {
            UUID tenancy = destination("a", NOT_DUE);
            mapping(tenancy, "users", DUE);

            assertThat(enqueueDue()).isEmpty();
        }

        @Test
        void aMappingThatIsNotWantedAnyMoreIsNotDue() {
            UUID tenancy = destination("a", "\"mappings\" = '{teams}'");
            mapping(tenancy, "users", DUE);

            assertThat(enqueueDue()).isEmpty();
        }

        @Test
        void pausedAndDisabledDatabasesAreNotDue() {
            destination("a", DUE + ", \"paused\" = true");
            destination("b", DUE + ", \"enabled\" = false");
            UUID tenancy = destination("c", "\"paused\" = true");
            mapping(tenancy, "users", DUE);

            assertThat(enqueueDue()).isEmpty();
        }

        @Test
        void aTenancyIsNotEnqueuedWhileItsRequestIsInFlight() {
            UUID tenancy = destination("a", DUE);
            internal.enqueue(tenancy);
            internal.set(
                    tenancy,
                    "\"startedFulfillingAt\" = now(), \"leaseUntil\" = now(), \"claimToken\" = gen_random_uuid()");
            assertThat(enqueueDue()).isEmpty();

            internal.database().execute("DELETE FROM dbsync.\"OutgoingRequest\"");
            assertThat(enqueueDue()).as("it was left due").containsExactly(tenancy);
        }

        @Test
        void theLongestDueComeFirst() {
            destination("a", DUE);
            UUID longest = destination("b", "\"nextAttemptAt\" = " + LONG_AGO);

            assertThat(await(store.enqueueDueRetries(1, List.of())))
                    .extracting(Due::tenancy)
                    .containsExactly(longest);
        }

        @Test
        void whatTheEngineLeavesDueIsNotAskedForAgainAtOnce() {
            UUID tenancy = destination("a", "\"port\" = 2");
            mapping(tenancy, "users", DUE);
            List<Due> asked = await(store.enqueueDueRetries(100, List.of()));
            assertThat(asked).extracting(Due::tenancy).containsExactly(tenancy);
            internal.database().execute("DELETE FROM dbsync.\"OutgoingRequest\"");
            assertThat(await(store.enqueueDueRetries(100, asked))).isEmpty();

            mapping(tenancy, "teams", "\"nextAttemptAt\" = " + LONG_AGO);
            assertThat(await(store.enqueueDueRetries(100, asked)))
                    .as("something else of the same tenancy")
                    .extracting(Due::tenancy)
                    .containsExactly(tenancy);
        }
    }

    @Nested
    class QuarantinedRows {

        @Test
        void aKeyWhoseTimeHasComeGoesThroughTheLogOnceMore() {
            UUID tenancy = destination("a", "\"port\" = 2");
            quarantined(tenancy, 1, DUE);
            quarantined(tenancy, 2, NOT_DUE);

            assertThat(requeue()).isOne();

            assertThat(internal.database()
                            .queryText("SELECT \"tenancyId\" || ' ' || \"tableName\" || ' ' || (\"data\" ->> 'id')"
                                    + " FROM dbsync.\"DeletedRow\" WHERE \"shouldUpdateSequenceId\""))
                    .isEqualTo(tenancy + " ProjectUser 1");
            assertThat(requeue()).as("it is on its way").isZero();
        }

        @Test
        void aKeyOfADatabaseOrMappingThatFailsAsAWholeWaits() {
            String failing = "\"errorCode\" = 'X', \"failingSince\" = now()";
            quarantined(destination("a", failing), 1, DUE);
            UUID mappingFails = destination("b", "\"port\" = 2");
            mapping(mappingFails, "users", failing);
            quarantined(mappingFails, 2, DUE);
            quarantined(destination("c", "\"paused\" = true"), 3, DUE);
            quarantined(destination("d", "\"mappings\" = '{teams}'"), 4, DUE);

            assertThat(requeue()).isZero();
        }

        private int requeue() {
            return await(store.requeueQuarantined(100));
        }

        private void quarantined(UUID tenancy, int key, String assignment) {
            internal.database()
                    .execute(
                            """
                    INSERT INTO dbsync."QuarantinedRow" ("destinationId", "mappingId", "keyHash", "tenancyId", "tableName", "key",
                        "data", "nextAttemptAt", "errorCode", "errorBlame", "errorMessage", "errorRemedy")
                    SELECT "destinationId", 'users', gen_random_uuid(), "tenancyId", 'ProjectUser', '{"id": %1$d}', '{"id": %1$d}',
                           now(), 'X', 'destination', '', ''
                    FROM dbsync."ExternalDatabase" WHERE "tenancyId" = '%2$s'
                    """.formatted(key, tenancy),
                            "UPDATE dbsync.\"QuarantinedRow\" SET " + assignment + " WHERE \"key\" ->> 'id' = '" + key
                                    + "'");
        }
    }

    @Nested
    class Forgotten {

        @BeforeEach
        void captureEveryTable() {
            internal.database().execute("DELETE FROM dbsync.\"CapturedTable\"");
            MappingCatalog.load(Optional.empty()).sourceTables().forEach(Forgotten::capture);
        }

        private static void capture(String table) {
            internal.database()
                    .update(
                            "INSERT INTO dbsync.\"CapturedTable\" (\"tableName\", \"relation\", \"roles\", \"changeBranch\","
                                    + " \"deleteBranch\") VALUES (?, '', '{}', '', '')",
                            table);
        }

        @Test
        void aMappingWhoseTableIsAbsentIsNeverBehind() {
            internal.database().execute("DELETE FROM dbsync.\"CapturedTable\"");
            capture("ProjectUser");
            UUID tenancy = destination("a", "\"updatedAt\" = " + LONG_AGO);
            mapping(tenancy, "users", "\"state\" = 'following', \"updatedAt\" = " + LONG_AGO);

            assertThat(sweep()).isEmpty();
        }

        @Test
        void aTenancyWithNewsThatNothingWakesIsFound() {
            UUID behind = following(10);
            news(behind, "ProjectUser", 11);
            UUID upToDate = following(10);
            news(upToDate, "ProjectUser", 10);

            assertThat(sweep()).containsExactly(behind);
            assertThat(internal.requests(behind)).isOne();
        }

        @Test
        void aTombstoneIsNewsToo() {
            UUID behind = following(10);
            internal.database()
                    .update(
                            "INSERT INTO dbsync.\"DeletedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\", \"data\","
                                    + " \"sequenceId\", \"shouldUpdateSequenceId\", \"deletedAt\")"
                                    + " VALUES (?, 'Team', '{}', '{}', 11, false, " + LONG_AGO + ")",
                            behind);

            assertThat(sweep()).containsExactly(behind);
        }

        @Test
        void aDatabaseThatWasNeverBegunIsFoundAfterAWhile() {
            UUID forgotten = destination("a", "\"updatedAt\" = " + LONG_AGO);
            destination("b", "\"updatedAt\" = now()");

            assertThat(sweep()).containsExactly(forgotten);
        }

        @Test
        void aCopyThatNobodyGoesOnWithIsFound() {
            UUID tenancy = following(10);
            internal.database()
                    .execute(
                            "UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"state\" = 'copying' WHERE \"mappingId\" = 'users'");

            assertThat(sweep()).containsExactly(tenancy);
        }

        @Test
        void newsOfTheLastSecondsMayStillBeOnTheirWay() {
            UUID tenancy = following(10);
            news(tenancy, "ProjectUser", 11);
            internal.database().execute("UPDATE dbsync.\"ChangedRow\" SET \"changedAt\" = now()");

            assertThat(sweep()).isEmpty();
        }

        @Test
        void whatHasARequestABackOffOrAPauseIsExplained() {
            behindWith("\"nextAttemptAt\" = now()");
            behindWith("\"paused\" = true");
            behindWith("\"enabled\" = false");
            UUID oneMappingBacksOff = behindWith("\"port\" = 2");
            internal.database()
                    .update(
                            "UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"nextAttemptAt\" = now() WHERE \"destinationId\" ="
                                    + " (SELECT \"destinationId\" FROM dbsync.\"ExternalDatabase\" WHERE \"tenancyId\" = ?)",
                            oneMappingBacksOff);
            internal.enqueue(behindWith("\"port\" = 3"));
            UUID retrying = behindWith("\"port\" = 4");
            internal.enqueue(retrying);
            internal.set(retrying, "\"startedFulfillingAt\" = now(), \"leaseUntil\" = now()");

            assertThat(sweep()).isEmpty();
        }

        @Test
        void anUnwantedMappingIsNeverBehind() {
            UUID tenancy = following(10);
            internal.database().execute("UPDATE dbsync.\"ExternalDatabase\" SET \"mappings\" = '{users}'");
            news(tenancy, "Team", 11);

            assertThat(sweep()).isEmpty();
        }

        @Test
        void pagesMissNobody() {
            for (int i = 0; i < 7; i++) {
                destination("a", "\"updatedAt\" = " + LONG_AGO);
            }

            assertThat(sweep(3)).hasSize(7);
        }

        private UUID behindWith(String assignments) {
            UUID tenancy = following(10);
            news(tenancy, "ProjectUser", 11);
            internal.database()
                    .update(
                            "UPDATE dbsync.\"ExternalDatabase\" SET " + assignments + " WHERE \"tenancyId\" = ?",
                            tenancy);
            return tenancy;
        }
    }

    private List<UUID> enqueueDue() {
        return await(store.enqueueDueRetries(100, List.of())).stream()
                .map(Due::tenancy)
                .distinct()
                .toList();
    }

    private List<UUID> sweep() {
        return sweep(100);
    }

    private List<UUID> sweep(int pageSize) {
        var mapped = MappedTables.of(MappingCatalog.load(Optional.empty()));
        var found = new ArrayList<UUID>();
        Place after = Place.START;
        Optional<Place> end = await(store.endOfNextPage(after, pageSize));
        while (end.isPresent()) {
            found.addAll(await(store.enqueueForgotten(after, end.get(), mapped, Duration.ofSeconds(10))));
            after = end.get();
            end = await(store.endOfNextPage(after, pageSize));
        }
        return found;
    }

    /** A tenancy with one database whose mappings have all been synced up to an id. */
    private static UUID following(long sequenceId) {
        UUID tenancy = destination("main", "\"updatedAt\" = " + LONG_AGO);
        MappingCatalog.load(Optional.empty())
                .ids()
                .forEach(id -> mapping(
                        tenancy,
                        id,
                        "\"state\" = 'following', \"lastSyncedSequenceId\" = " + sequenceId + ", \"updatedAt\" = "
                                + LONG_AGO));
        return tenancy;
    }

    private static void news(UUID tenancy, String table, long sequenceId) {
        internal.database()
                .update(
                        "INSERT INTO dbsync.\"ChangedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\", \"sequenceId\","
                                + " \"shouldUpdateSequenceId\", \"changedAt\") VALUES (?, ?, '{}', ?, false, "
                                + LONG_AGO + ")",
                        tenancy,
                        table,
                        sequenceId);
    }

    private static UUID destination(String id, String assignments) {
        UUID tenancy = UUID.randomUUID();
        internal.database()
                .update(
                        "INSERT INTO dbsync.\"ExternalDatabase\" (\"tenancyId\", \"id\", \"type\", \"connectionCiphertext\","
                                + " \"connectionKeyId\", \"host\", \"port\", \"database\", \"user\")"
                                + " VALUES (?, ?, 'postgres', '', 'k', 'h', 1, 'd', 'u')",
                        tenancy,
                        id);
        internal.database()
                .update("UPDATE dbsync.\"ExternalDatabase\" SET " + assignments + " WHERE \"tenancyId\" = ?", tenancy);
        return tenancy;
    }

    private static void mapping(UUID tenancy, String mapping, String assignments) {
        internal.database()
                .update(
                        "INSERT INTO dbsync.\"ExternalDatabaseMapping\" (\"destinationId\", \"mappingId\")"
                                + " SELECT \"destinationId\", ? FROM dbsync.\"ExternalDatabase\" WHERE \"tenancyId\" = ?",
                        mapping,
                        tenancy);
        internal.database()
                .update(
                        "UPDATE dbsync.\"ExternalDatabaseMapping\" AS m SET " + assignments
                                + " FROM dbsync.\"ExternalDatabase\" AS d WHERE d.\"destinationId\" = m.\"destinationId\""
                                + " AND d.\"tenancyId\" = ? AND m.\"mappingId\" = ?",
                        tenancy,
                        mapping);
    }
}
