package dev.dbsync.engine.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TargetConnectionsTest {

    private static final TestDatabase target = PostgresServer.shared().createDatabase("warm");

    private final SettableClock clock = new SettableClock();
    private final UUID destination = UUID.randomUUID();
    private final TargetConnections connections = connections(Map.of());

    @AfterEach
    void stop() {
        connections.stop();
    }

    @AfterAll
    static void drop() {
        target.drop();
    }

    @Test
    void usesAKeptConnectionAgain() throws Exception {
        int first = keep(connections, destination, 1);

        assertThat(keep(connections, destination, 1)).isEqualTo(first);
    }

    @Test
    void closesAConnectionThatNobodyAskedToKeep() throws Exception {
        int first;
        try (var borrowed = connections.borrow(destination, 1, settings())) {
            first = backend(borrowed.connection());
        }

        assertThat(connections.size()).isZero();
        assertThat(keep(connections, destination, 1)).isNotEqualTo(first);
    }

    @Test
    void neverUsesTheConnectionOfAnotherRevisionOrDestination() throws Exception {
        int first = keep(connections, destination, 1);

        assertThat(keep(connections, UUID.randomUUID(), 1)).isNotEqualTo(first);
        assertThat(keep(connections, destination, 2)).isNotEqualTo(first);
    }

    @Test
    void leavesNothingOfARunBehind() throws Exception {
        try (var borrowed = connections.borrow(destination, 1, settings())) {
            borrowed.connection().setAutoCommit(false);
            try (Statement statement = borrowed.connection().createStatement()) {
                statement.execute("CREATE TABLE half_done (id int)");
            }
            borrowed.keep();
        }

        try (var borrowed = connections.borrow(destination, 1, settings())) {
            assertThat(borrowed.connection().getAutoCommit()).isTrue();
            assertThat(target.queryLong("SELECT count(*) FROM pg_class WHERE relname = 'half_done'"))
                    .isZero();
        }
    }

    @Test
    void closesWhatHasBeenIdleForAMinute() throws Exception {
        int first = keep(connections, destination, 1);
        clock.advance(Duration.ofSeconds(59));
        connections.sweep();
        assertThat(connections.size()).isOne();

        clock.advance(Duration.ofSeconds(1));
        connections.sweep();

        assertThat(connections.size()).isZero();
        assertThat(keep(connections, destination, 1)).isNotEqualTo(first);
    }

    @Test
    void looksWhetherAConnectionThatWasIdleForLongIsAlive() throws Exception {
        int first = keep(connections, destination, 1);
        target.execute("SELECT pg_terminate_backend(" + first + ", 5000)");
        clock.advance(Duration.ofSeconds(21));

        assertThat(keep(connections, destination, 1)).isNotEqualTo(first);
    }

    @Test
    void makesRoomByClosingWhatWasIdleForLongest() throws Exception {
        TargetConnections two = connections(Map.of("dbsync.targets.warm-connections", "2"));
        UUID[] destinations = {UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID()};
        int[] first = new int[3];
        for (int i = 0; i < 3; i++) {
            first[i] = keep(two, destinations[i], 1);
        }

        assertThat(two.size()).isEqualTo(2);
        assertThat(keep(two, destinations[2], 1)).isEqualTo(first[2]);
        assertThat(keep(two, destinations[0], 1)).isNotEqualTo(first[0]);
        two.stop();
    }

    @Test
    void keepsNoMoreToOneHostThanItMay() throws Exception {
        TargetConnections two = connections(Map.of("dbsync.targets.warm-connections-per-host", "2"));
        UUID[] destinations = {UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID()};
        int[] first = new int[3];
        for (int i = 0; i < 3; i++) {
            first[i] = keep(two, destinations[i], 1);
        }

        assertThat(two.size()).isEqualTo(2);
        assertThat(keep(two, destinations[1], 1)).isEqualTo(first[1]);
        assertThat(keep(two, destinations[0], 1)).isNotEqualTo(first[0]);
        two.stop();
    }

    @Test
    void keepsNoneWhereNoneIsWanted() throws Exception {
        TargetConnections none = connections(Map.of("dbsync.targets.warm-connections", "0"));
        keep(none, destination, 1);

        assertThat(none.size()).isZero();
        none.stop();
    }

    @Test
    void forgetsADestinationAndItselfOnceStopped() throws Exception {
        keep(connections, destination, 1);
        connections.forget(destination);
        assertThat(connections.size()).isZero();

        try (var borrowed = connections.borrow(destination, 1, settings())) {
            connections.stop();
            borrowed.keep();
        }
        assertThat(connections.size()).isZero();
    }

    @Test
    void countsWhatIsInUse() throws Exception {
        try (var first = connections.borrow(destination, 1, settings());
                var second = connections.borrow(UUID.randomUUID(), 1, settings())) {
            assertThat(connections.borrowed()).isEqualTo(2);
            first.keep();
            second.connection().close();
        }

        assertThat(connections.borrowed()).isZero();
        assertThat(connections.size()).isOne();
    }

    private TargetConnections connections(Map<String, String> values) {
        return new TargetConnections(Targets.openConnector(), Targets.config(values), clock);
    }

    private static int keep(TargetConnections connections, UUID destination, long revision) throws Exception {
        try (var borrowed = connections.borrow(destination, revision, settings())) {
            borrowed.keep();
            return backend(borrowed.connection());
        }
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static ConnectionSettings settings() throws InvalidConnectionStringException {
        return ConnectionString.parse(target.connectionString());
    }

    private static final class SettableClock extends Clock {

        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void advance(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
