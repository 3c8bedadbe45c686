package dev.dbsync.sequencer.heartbeat;

import dev.dbsync.common.heartbeat.HeartbeatEntry;
import dev.dbsync.common.heartbeat.HeartbeatState;
import dev.dbsync.common.sql.Sql;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Sends the heartbeat when one is due, and looks where the last one is. Every replica does; the statement sees to it that one sends.
 * Failures are no matter of the log: what does not get on shows in {@link HeartbeatReadiness} and in the metrics. Thread-safe.
 */
@ApplicationScoped
public class Heartbeat {

    private static final Logger LOG = Logger.getLogger(Heartbeat.class);
    private static final Sql SEND = Sql.resource(Heartbeat.class, "send.sql");
    private static final Sql SWITCH_OFF = Sql.resource(Heartbeat.class, "switch_off.sql");
    private static final Sql STATE = Sql.resource(Heartbeat.class, "state.sql");

    private final DataSource dataSource;
    private final Duration interval;
    private final Clock clock;

    private volatile boolean started;
    private volatile Look last;

    Heartbeat(DataSource dataSource, HeartbeatConfig config, Clock clock) {
        this.dataSource = dataSource;
        this.interval = config.interval();
        this.clock = clock;
    }

    /**
     * What was seen last.
     *
     * @param state empty if the internal database could not be asked
     * @param since when it was seen; or since when it cannot be asked
     */
    record Look(Optional<HeartbeatState> state, Instant since) {}

    /** From now on. To be called once the internal schema is there. */
    public void start() {
        started = true;
    }

    /** Empty before the first look. */
    Optional<Look> last() {
        return Optional.ofNullable(last);
    }

    @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void tick() {
        if (started) {
            runOnce();
        }
    }

    /** @return whether a heartbeat was sent */
    boolean runOnce() {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            boolean sent = send(connection);
            last = new Look(Optional.of(state(connection)), clock.instant());
            return sent;
        } catch (SQLException e) {
            LOG.debugf("The heartbeat could not be looked for error=%s", e.getMessage());
            Instant since = last != null && last.state().isEmpty() ? last.since() : clock.instant();
            last = new Look(Optional.empty(), since);
            return false;
        }
    }

    /** Whoever locks the log keeps the heartbeat from being written, and that is then to be seen. */
    private boolean send(Connection connection) throws SQLException {
        try {
            bound(connection);
            boolean sent = interval.isZero() ? switchOff(connection) : sendIfDue(connection);
            connection.commit();
            return sent;
        } catch (SQLException e) {
            LOG.debugf("The heartbeat could not be sent error=%s", e.getMessage());
            connection.rollback();
            return false;
        }
    }

    private static void bound(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s'");
        }
    }

    private static boolean switchOff(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SWITCH_OFF.jdbc())) {
            statement.executeUpdate();
            return false;
        }
    }

    private boolean sendIfDue(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SEND.jdbc())) {
            SEND.bind(
                    statement,
                    Map.of(
                            "interval_millis",
                            interval.toMillis(),
                            "tenancy",
                            HeartbeatEntry.TENANCY,
                            "table",
                            HeartbeatEntry.TABLE,
                            "request",
                            "sync-engine:" + HeartbeatEntry.TENANCY));
            try (ResultSet sent = statement.executeQuery()) {
                return sent.next();
            }
        }
    }

    private static HeartbeatState state(Connection connection) throws SQLException {
        bound(connection);
        try (PreparedStatement statement = connection.prepareStatement(STATE.jdbc());
                ResultSet row = statement.executeQuery()) {
            row.next();
            HeartbeatState state = HeartbeatState.of(
                    row.getString("stage"),
                    row.getDouble("waiting_seconds"),
                    row.getObject("travel_seconds", Double.class));
            connection.commit();
            return state;
        }
    }
}
