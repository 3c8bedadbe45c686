package dev.dbsync.sequencer.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dbsync.sequencer.sequence.Pass.Outcome;
import io.vertx.mutiny.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SequencingSessionTest {

    @RegisterExtension
    static final LogFixture log = new LogFixture();

    private static final Vertx VERTX = Vertx.vertx();

    private SequencingSession session;
    private UUID tenancy;

    @BeforeEach
    void connect() {
        session = newSession();
        tenancy = log.tenancy();
    }

    @AfterEach
    void disconnect() {
        session.release();
    }

    @AfterAll
    static void stopVertx() {
        VERTX.closeAndAwait();
    }

    @Test
    void passesOfOneConnectionBelongToOneEpoch() {
        log.change(tenancy, 1);
        Pass first = session.pass(false, Optional.empty());
        session.pass(false, Optional.empty());
        log.change(tenancy, 2);
        Pass second = session.pass(true, Optional.empty());

        assertThat(first.outcome()).isEqualTo(Outcome.SEQUENCED);
        assertThat(second.epoch()).isEqualTo(first.epoch());
        assertThat(second.lastSequenceId()).isGreaterThan(first.lastSequenceId());
    }

    @Test
    void aNewConnectionBeginsANewEpoch() {
        log.change(tenancy, 1);
        Pass first = session.pass(false, Optional.empty());
        session.close();
        log.change(tenancy, 2);
        Pass second = session.pass(false, Optional.empty());

        assertThat(second.epoch()).isNotEqualTo(first.epoch());
        assertThat(log.database()
                        .queryLong(
                                "SELECT \"firstSequenceId\" FROM dbsync.\"SequenceEpoch\" WHERE \"epoch\" = ?",
                                second.epoch()))
                .isGreaterThan(first.lastSequenceId());
    }

    @Test
    void aConnectionThatWasCutCostsOnePassAndTheEpoch() {
        log.change(tenancy, 1);
        Pass first = session.pass(false, Optional.empty());
        log.database()
                .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND application_name = 'dbsync-sequencer'");
        log.change(tenancy, 2);

        assertThatThrownBy(() -> session.pass(false, Optional.empty())).isInstanceOf(RuntimeException.class);
        assertThat(session.pass(false, Optional.empty()).epoch()).isNotEqualTo(first.epoch());
    }

    @Test
    void aStateThatWasChangedBehindItsBackBeginsANewEpoch() {
        log.change(tenancy, 1);
        Pass first = session.pass(false, Optional.empty());
        log.database().execute("UPDATE dbsync.\"SequencerState\" SET \"lastSequenceId\" = \"lastSequenceId\" + 10");
        log.change(tenancy, 2);

        Pass second = session.pass(false, Optional.empty());

        assertThat(second.epoch()).isNotEqualTo(first.epoch());
        assertThat(second.lastSequenceId()).isEqualTo(12);
    }

    @Test
    void aRequestCarriesTheTraceOfThePassThatMadeItAndOfNoOther() {
        String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        UUID untraced = log.tenancy();
        log.change(tenancy, 1);
        session.pass(false, Optional.of(traceparent));
        log.change(untraced, 1);
        session.pass(false, Optional.empty());

        assertThat(traceparentOf(tenancy)).isEqualTo(traceparent);
        assertThat(traceparentOf(untraced)).isNull();
    }

    private static String traceparentOf(UUID tenancy) {
        return log.database().queryText("""
                SELECT "qstashOptions" ->> 'traceparent' FROM dbsync."OutgoingRequest" WHERE "deduplicationKey" = 'sync-engine:' || ?::text
                """, tenancy.toString());
    }

    @Test
    void aPassIsOneTransaction() {
        log.change(tenancy, 1);
        log.database()
                .execute(
                        "CREATE FUNCTION dbsync.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$",
                        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON dbsync.\"OutgoingRequest\" DEFERRABLE INITIALLY DEFERRED"
                                + " FOR EACH ROW EXECUTE FUNCTION dbsync.refuse()");
        try {
            assertThatThrownBy(() -> session.pass(false, Optional.empty())).hasMessageContaining("no");
            assertThat(log.unsequenced()).isOne();
        } finally {
            log.database().execute("DROP FUNCTION dbsync.refuse() CASCADE");
        }
        assertThat(session.pass(false, Optional.empty()).outcome()).isEqualTo(Outcome.SEQUENCED);
    }

    @Test
    void theTimeoutsHoldWithinThePass() throws SQLException {
        var impatient = new SequencingSession(
                VERTX,
                InternalDbAddress.options(address(), Duration.ofMillis(300), Duration.ofSeconds(30)),
                config(Duration.ofMillis(300)),
                UUID.randomUUID());
        log.change(tenancy, 1);
        try (Connection open = log.begin();
                Statement statement = open.createStatement()) {
            statement.execute("LOCK TABLE dbsync.\"SequencerState\"");

            assertThatThrownBy(() -> impatient.pass(false, Optional.empty())).hasMessageContaining("timeout");
        }
        impatient.close();
    }

    @Test
    void passesAreReadCommittedWhateverTheDefault() {
        log.database()
                .execute("ALTER DATABASE " + log.database().name()
                        + " SET default_transaction_isolation = 'serializable'");
        try {
            log.change(tenancy, 1);
            assertThat(session.pass(false, Optional.empty()).outcome()).isEqualTo(Outcome.SEQUENCED);
        } finally {
            log.database().execute("ALTER DATABASE " + log.database().name() + " RESET default_transaction_isolation");
        }
    }

    @Test
    void aReleasedLeaseIsTakenOverAtOnce() {
        session.pass(false, Optional.empty());
        var standby = newSession();
        assertThat(standby.pass(false, Optional.empty()).outcome()).isEqualTo(Outcome.STANDBY);

        session.release();

        log.change(tenancy, 1);
        assertThat(standby.pass(false, Optional.empty()).outcome()).isEqualTo(Outcome.SEQUENCED);
        standby.close();
    }

    @Test
    void workIsPendingForAStandbyAsLongAsAnEntryWaits() {
        assertThat(session.workIsPending()).isFalse();
        log.change(tenancy, 1);
        assertThat(session.workIsPending()).isTrue();
    }

    private static SequencingSession newSession() {
        return new SequencingSession(
                VERTX,
                InternalDbAddress.options(address(), Duration.ofSeconds(10), Duration.ofSeconds(30)),
                config(Duration.ofSeconds(10)),
                UUID.randomUUID());
    }

    private static InternalDbConfig address() {
        return new InternalDbConfig() {
            @Override
            public String url() {
                return log.database().url();
            }

            @Override
            public String username() {
                return log.database().username();
            }

            @Override
            public Optional<String> password() {
                return Optional.of(log.database().password());
            }
        };
    }

    private static SequencerConfig config(Duration timeout) {
        return new SequencerConfig() {
            @Override
            public Duration interval() {
                return Duration.ofMillis(50);
            }

            @Override
            public int batchSize() {
                return 1000;
            }

            @Override
            public Duration lease() {
                return Duration.ofSeconds(2);
            }

            @Override
            public Duration statementTimeout() {
                return timeout;
            }

            @Override
            public Duration fullSweepInterval() {
                return Duration.ofMinutes(1);
            }

            @Override
            public boolean captureNotify() {
                return false;
            }
        };
    }
}
