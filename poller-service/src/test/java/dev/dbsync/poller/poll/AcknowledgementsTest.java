package dev.dbsync.poller.poll;

import static dev.dbsync.poller.InternalDatabaseExtension.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.dbsync.poller.InternalDatabaseExtension;
import dev.dbsync.poller.claim.Claim;
import dev.dbsync.poller.claim.ClaimStore;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AcknowledgementsTest {

    @RegisterExtension
    static final InternalDatabaseExtension internal = new InternalDatabaseExtension();

    @Test
    void whatIsDeliveredMeanwhileIsAcknowledgedTogetherAndEachHearsItsOwnAnswer() throws Exception {
        var tenancies = new ArrayList<UUID>();
        for (int i = 0; i < 4; i++) {
            tenancies.add(internal.enqueued());
        }
        var store = new ClaimStore(internal.pool());
        List<Claim> claims = await(store.claim(4, Duration.ofMinutes(1)));
        var acknowledgements = new Acknowledgements(store);
        Uni<Boolean> first;
        Uni<Boolean> second;
        Uni<Boolean> lost;
        try (Connection other = internal.database().connect()) {
            other.setAutoCommit(false);
            other.createStatement()
                    .execute("SELECT FROM dbsync.\"OutgoingRequest\" WHERE id = '"
                            + claims.get(0).id() + "' FOR UPDATE");
            first = acknowledgements.acknowledge(claims.get(0));
            second = acknowledgements.acknowledge(claims.get(1));
            Claim taken = claims.get(2);
            lost = acknowledgements.acknowledge(new Claim(
                    taken.id(), UUID.randomUUID(), taken.key(), taken.options(), taken.attempts(), taken.takenBack()));
            other.commit();
        }

        assertThat(await(first)).isTrue();
        assertThat(await(second)).isTrue();
        assertThat(await(lost)).isFalse();
        await().untilAsserted(() -> {
            long left = 0;
            for (UUID tenancy : tenancies) {
                left += internal.requests(tenancy);
            }
            assertThat(left).isEqualTo(2);
        });
    }

    @Test
    void aFailureIsToldToEveryoneConcerned() {
        internal.enqueued();
        Claim claim = await(new ClaimStore(internal.pool()).claim(1, Duration.ofMinutes(1)))
                .get(0);
        Pool closed = InternalDatabaseExtension.pool(internal.vertx(), internal.database());
        await(closed.close());
        var acknowledgements = new Acknowledgements(new ClaimStore(closed));

        Uni<Boolean> first = acknowledgements.acknowledge(claim);
        Uni<Boolean> second = acknowledgements.acknowledge(claim);

        assertThatThrownBy(() -> await(first)).isNotNull();
        assertThatThrownBy(() -> await(second)).isNotNull();
    }
}
