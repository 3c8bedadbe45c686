package dev.dbsync.poller.claim;

import static dev.dbsync.poller.InternalDatabaseExtension.await;
import static dev.dbsync.poller.InternalDatabaseExtension.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.poller.InternalDatabaseExtension;
import io.smallrye.mutiny.Uni;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClaimStoreTest {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final String LEASE_RAN_OUT = "\"leaseUntil\" = now() - interval '1 second'";
    private static final String NOT_RENEWED_FOR_4S = "\"renewedAt\" = now() - interval '4 seconds'";

    @RegisterExtension
    static final InternalDatabaseExtension internal = new InternalDatabaseExtension();

    private ClaimStore store;

    @BeforeEach
    void store() {
        store = new ClaimStore(internal.pool());
    }

    @Test
    void aClaimHoldsARequestWithATokenAndALease() {
        UUID tenancy = internal.enqueued();

        Claim claim = claimOne();

        assertThat(claim.key()).isEqualTo(key(tenancy));
        assertThat(claim.attempts()).isZero();
        assertThat(claim.takenBack()).isFalse();
        assertThat(claim.options().getJsonObject("body").getString("tenancyId")).isEqualTo(tenancy.toString());
        assertThat(internal.request(tenancy).orElseThrow())
                .containsEntry("id", claim.id())
                .containsEntry("claimToken", claim.token())
                .hasEntrySatisfying("startedFulfillingAt", at -> assertThat(at).isNotNull())
                .hasEntrySatisfying(
                        "lease_left", left -> assertThat(left.toString()).contains("4 mins 59"));
        assertThat(claim()).isEmpty();
    }

    @Test
    void theLongestWaitingAreClaimedFirst() {
        UUID youngest = internal.enqueued();
        UUID oldest = internal.enqueued();
        UUID due = internal.enqueued();
        internal.set(youngest, "\"createdAt\" = now() - interval '1 minute'");
        internal.set(oldest, "\"createdAt\" = now() - interval '3 minutes'");
        internal.set(due, "\"startedFulfillingAt\" = now(), \"leaseUntil\" = now() - interval '2 minutes'");

        assertThat(claimKeys(1)).containsExactly(key(oldest));
        assertThat(claimKeys(1)).containsExactly(key(due));
        assertThat(claimKeys(9)).containsExactly(key(youngest));
    }

    @Test
    void nothingIsClaimedWhileTheFuseboxIsOff() {
        internal.enqueued();
        UUID due = internal.enqueued();
        internal.set(due, "\"startedFulfillingAt\" = now(), " + LEASE_RAN_OUT);
        internal.database().execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"pollerEnabled\" = false");
        assertThat(claim()).isEmpty();

        internal.database().execute("UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"pollerEnabled\" = true");
        assertThat(claim()).hasSize(2);
    }

    @Test
    void twoPollersNeverHoldOneRequest() {
        internal.database()
                .execute("SELECT dbsync.enqueue_tenant_sync(gen_random_uuid()) FROM generate_series(1, 400)");
        var claimed = new ArrayList<Claim>();
        List<Claim> round;
        do {
            round = await(Uni.join()
                            .all(
                                    store.claim(7, LEASE),
                                    store.claim(7, LEASE),
                                    store.claim(7, LEASE),
                                    store.claim(7, LEASE))
                            .andFailFast())
                    .stream()
                    .flatMap(List::stream)
                    .toList();
            claimed.addAll(round);
        } while (!round.isEmpty());

        assertThat(claimed).hasSize(400);
        assertThat(claimed).extracting(Claim::id).doesNotHaveDuplicates();
        assertThat(claimed).extracting(Claim::token).doesNotHaveDuplicates();
    }

    /** Invariant 3: otherwise it could be delivered and deleted before the news it was enqueued for is visible. */
    @Test
    void aRequestBeingEnqueuedInAnOpenTransactionIsNotClaimed() throws SQLException {
        UUID tenancy = internal.enqueued();
        try (Connection sequencer = internal.database().connect()) {
            sequencer.setAutoCommit(false);
            sequencer.createStatement().execute("SELECT dbsync.enqueue_tenant_sync('" + tenancy + "')");
            assertThat(claim()).isEmpty();

            sequencer.commit();
            assertThat(claimOne().key()).isEqualTo(key(tenancy));
        }
    }

    /** The other half of invariant 3: a wake-up that comes during a delivery asks for another one. */
    @Test
    void aTenancyEnqueuedDuringItsDeliveryIsDeliveredOnceMoreAfterwards() {
        UUID tenancy = internal.enqueued();
        Claim first = claimOne();
        internal.enqueue(tenancy);
        assertThat(claim()).as("one delivery per tenancy at a time").isEmpty();

        await(store.acknowledge(List.of(first)));

        assertThat(claimOne().id()).isNotEqualTo(first.id());
    }

    @Test
    void aPendingRequestWaitsWhileItsKeyBacksOff() {
        UUID tenancy = internal.enqueued();
        await(store.postpone(claimOne(), Duration.ofMinutes(1), "no"));
        internal.enqueue(tenancy);

        assertThat(claim()).isEmpty();
    }

    @Test
    void aPendingRequestDoesNotWaitForAHolderThatStoppedRenewing() {
        UUID tenancy = internal.enqueued();
        Claim dead = claimOne();
        internal.enqueue(tenancy);
        set(dead, NOT_RENEWED_FOR_4S);

        assertThat(claimOne().id()).isNotEqualTo(dead.id());
    }

    @Test
    void aDeadHoldersRequestIsLeftAloneWhileANewerOneIsInFlight() {
        UUID tenancy = internal.enqueued();
        Claim dead = claimOne();
        internal.enqueue(tenancy);
        set(dead, NOT_RENEWED_FOR_4S);
        Claim newer = claimOne();
        set(dead, LEASE_RAN_OUT);
        assertThat(claim()).isEmpty();

        await(store.acknowledge(List.of(newer)));
        assertThat(claimOne().id()).isEqualTo(dead.id());
    }

    @Test
    void aClaimWhoseLeaseRanOutIsClaimedAgainInPlace() {
        UUID tenancy = internal.enqueued();
        Claim previous = claimOne();
        internal.set(tenancy, LEASE_RAN_OUT);

        Claim next = claimOne();

        assertThat(next.id()).isEqualTo(previous.id());
        assertThat(next.token()).isNotEqualTo(previous.token());
        assertThat(next.takenBack()).isTrue();
        assertThat(internal.requests(tenancy)).isOne();
    }

    @Test
    void aClaimedRequestIsDeletedWhereAPendingOneOfItsKeyExists() {
        UUID tenancy = internal.enqueued();
        Claim older = claimOne();
        await(store.postpone(older, Duration.ofMinutes(1), "no"));
        internal.set(tenancy, LEASE_RAN_OUT);
        internal.enqueue(tenancy);

        Claim newer = claimOne();

        assertThat(newer.id()).isNotEqualTo(older.id());
        assertThat(newer.attempts()).as("the newer one goes on backing off").isOne();
        assertThat(internal.requests(tenancy)).isOne();
    }

    @Test
    void aDueRequestStaysWhileItsNewerOneIsBeingEnqueuedOnceMore() throws SQLException {
        UUID tenancy = internal.enqueued();
        Claim older = claimOne();
        internal.set(tenancy, LEASE_RAN_OUT);
        internal.enqueue(tenancy);
        try (Connection sequencer = internal.database().connect()) {
            sequencer.setAutoCommit(false);
            sequencer.createStatement().execute("SELECT dbsync.enqueue_tenant_sync('" + tenancy + "')");
            assertThat(claim()).isEmpty();
            assertThat(internal.requests(tenancy)).isEqualTo(2);

            sequencer.commit();
            assertThat(claimOne().id()).isNotEqualTo(older.id());
            assertThat(internal.requests(tenancy)).isOne();
        }
    }

    @Test
    void ofTwoDueRequestsOfOneKeyOneIsClaimedAtATime() {
        UUID tenancy = internal.enqueued();
        Claim first = claimOne();
        internal.enqueue(tenancy);
        set(first, NOT_RENEWED_FOR_4S);
        Claim second = claimOne();
        internal.set(tenancy, LEASE_RAN_OUT);

        Claim again = claimOne();
        assertThat(again.id()).isEqualTo(first.id());

        await(store.acknowledge(List.of(again)));
        assertThat(claimOne().id()).isEqualTo(second.id());
    }

    @Test
    void anAcknowledgedRequestIsDeleted() {
        UUID tenancy = internal.enqueued();

        Claim claim = claimOne();
        assertThat(await(store.acknowledge(List.of(claim)))).containsExactly(claim.token());

        assertThat(internal.requests(tenancy)).isZero();
    }

    @Test
    void aLateAcknowledgementByAPreviousHolderChangesNothing() {
        UUID tenancy = internal.enqueued();
        Claim previous = claimOne();
        internal.set(tenancy, LEASE_RAN_OUT);
        Claim current = claimOne();
        var before = withoutLeaseLeft(tenancy);

        assertThat(await(store.acknowledge(List.of(previous)))).isEmpty();
        assertThat(await(store.postpone(previous, Duration.ZERO, "no"))).isFalse();
        assertThat(await(store.renew(List.of(previous), LEASE))).isZero();
        assertThat(await(store.release(List.of(previous)))).isZero();

        assertThat(withoutLeaseLeft(tenancy)).isEqualTo(before).containsEntry("claimToken", current.token());
    }

    @Test
    void aFailedDeliveryStaysClaimedUntilItIsDueAgain() {
        UUID tenancy = internal.enqueued();
        Claim claim = claimOne();

        assertThat(await(store.postpone(claim, Duration.ofMinutes(1), "the engine answered 500")))
                .isTrue();

        assertThat(internal.request(tenancy).orElseThrow())
                .containsEntry("claimToken", null)
                .containsEntry("attempts", 1)
                .containsEntry("lastError", "the engine answered 500")
                .hasEntrySatisfying("startedFulfillingAt", at -> assertThat(at).isNotNull());
        assertThat(claim()).isEmpty();

        internal.set(tenancy, LEASE_RAN_OUT);
        Claim again = claimOne();
        assertThat(again.id()).isEqualTo(claim.id());
        assertThat(again.attempts()).isOne();
        assertThat(again.takenBack()).as("nobody died").isFalse();
    }

    @Test
    void aRenewedClaimHolds() {
        UUID tenancy = internal.enqueued();
        Claim claim = claimOne();
        internal.set(tenancy, LEASE_RAN_OUT + ", \"renewedAt\" = now() - interval '1 minute'");

        assertThat(await(store.renew(List.of(claim), LEASE))).isOne();

        assertThat(await(store.takeBackAbandoned(Duration.ofSeconds(15)))).isZero();
        assertThat(claim()).isEmpty();
    }

    @Test
    void aClaimThatNobodyRenewsIsTakenBackBeforeItsLeaseIsOver() {
        UUID tenancy = internal.enqueued();
        Claim dead = claimOne();
        UUID other = internal.enqueued();
        claimOne();
        internal.set(tenancy, "\"renewedAt\" = now() - interval '16 seconds'");

        assertThat(await(store.takeBackAbandoned(Duration.ofSeconds(15)))).isOne();

        assertThat(claimOne().id()).isEqualTo(dead.id());
        assertThat(internal.request(other)).isPresent();
        assertThat(await(store.acknowledge(List.of(dead)))).isEmpty();
    }

    @Test
    void aReleasedClaimIsDueAtOnceAndCountsNoFailure() {
        internal.enqueued();
        Claim claim = claimOne();

        assertThat(await(store.release(List.of(claim)))).isOne();

        Claim again = claimOne();
        assertThat(again.id()).isEqualTo(claim.id());
        assertThat(again.attempts()).isZero();
    }

    private List<Claim> claim() {
        return await(store.claim(100, LEASE));
    }

    private Claim claimOne() {
        List<Claim> claims = claim();
        assertThat(claims).hasSize(1);
        return claims.get(0);
    }

    private static void set(Claim claim, String assignments) {
        internal.database()
                .update("UPDATE dbsync.\"OutgoingRequest\" SET " + assignments + " WHERE \"id\" = ?", claim.id());
    }

    private List<String> claimKeys(int limit) {
        return await(store.claim(limit, LEASE)).stream().map(Claim::key).toList();
    }

    private Map<String, Object> withoutLeaseLeft(UUID tenancy) {
        var row = internal.request(tenancy).orElseThrow();
        row.remove("lease_left");
        return row;
    }
}
