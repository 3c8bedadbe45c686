package dev.dbsync.poller.heartbeat;

import static dev.dbsync.poller.InternalDatabaseExtension.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dbsync.common.heartbeat.HeartbeatEntry;
import dev.dbsync.poller.InternalDatabaseExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.StartupEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HeartbeatTest {

    @RegisterExtension
    static final InternalDatabaseExtension internal = new InternalDatabaseExtension();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Heartbeat heartbeat = new Heartbeat(internal.pool(), registry);

    @BeforeEach
    void register() {
        internal.database().execute("""
                SET search_path = dbsync;
                DELETE FROM "Heartbeat";
                INSERT INTO "Heartbeat" DEFAULT VALUES;
                UPDATE "ExternalDbSyncMetadata" SET "updatedAt" = now() - interval '1 day';
                """);
        heartbeat.register(new StartupEvent());
    }

    @Test
    void aStageThatKeepsItWaitingShows() {
        send();
        internal.database()
                .execute("SELECT dbsync.enqueue_tenant_sync('" + HeartbeatEntry.TENANCY + "');"
                        + " UPDATE dbsync.\"OutgoingRequest\" SET \"createdAt\" = now() - interval '70 s'");

        await(heartbeat.tick());

        assertThat(waiting("poller")).isCloseTo(70, within(20.0));
        assertThat(waiting("sequencer")).isZero();
        assertThat(waiting("engine")).isZero();
        assertThat(registry.get("dbsync.heartbeat.travel.seconds").gauge().value())
                .isNaN();
    }

    @Test
    void whatArrivedTellsHowLongItTook() {
        send();
        internal.database()
                .execute(
                        "UPDATE dbsync.\"Heartbeat\" SET \"arrivedBeat\" = 1, \"arrivedAt\" = now(), \"took\" = interval '250 ms'");

        await(heartbeat.tick());

        assertThat(waiting("sequencer") + waiting("poller") + waiting("engine")).isZero();
        assertThat(registry.get("dbsync.heartbeat.travel.seconds").gauge().value())
                .isEqualTo(0.25);
    }

    @Test
    void whereNoneAreSentNobodyWaits() {
        await(heartbeat.tick());

        assertThat(heartbeat.state().orElseThrow().stage()).isEmpty();
        assertThat(waiting("sequencer") + waiting("poller") + waiting("engine")).isZero();
    }

    /** A schema that an older sequencer made has no heartbeat; that is no news, and no zero either. */
    @Test
    void whatCannotBeAskedIsNotANumber() {
        await(heartbeat.tick());
        internal.database().execute("ALTER TABLE dbsync.\"Heartbeat\" RENAME TO hidden");
        try {
            await(heartbeat.tick());

            assertThat(waiting("engine")).isNaN();
            assertThat(heartbeat.state()).isEmpty();
        } finally {
            internal.database().execute("ALTER TABLE dbsync.hidden RENAME TO \"Heartbeat\"");
        }
    }

    private static void send() {
        internal.database()
                .execute(
                        "UPDATE dbsync.\"Heartbeat\" SET \"beat\" = 1, \"writtenAt\" = now() - interval '80 s', \"sentAt\" = now(),"
                                + " \"nextBy\" = now() + interval '1 minute'");
    }

    private double waiting(String stage) {
        return registry.get("dbsync.heartbeat.waiting.seconds")
                .tag("stage", stage)
                .gauge()
                .value();
    }
}
