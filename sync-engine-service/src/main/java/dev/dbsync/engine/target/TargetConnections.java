package dev.dbsync.engine.target;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Keeps a target's connection warm for a short while after a run, because connecting costs more than an everyday change.
 *
 * <pre>
 *   (none) ──borrow──▶ borrowed ──keep, close──▶ warm ──borrow──▶ borrowed
 *                          │                       │
 *                          └──close──▶ (closed) ◀──┴─ idle too long, another revision, room needed, stop
 * </pre>
 *
 * At most one connection per destination is warm. A connection made for another revision of the destination, that is for
 * another address or login, is never used again. Thread-safe; no lock is held while the network is waited for.
 */
@ApplicationScoped
public class TargetConnections {

    private static final Logger LOG = Logger.getLogger(TargetConnections.class);

    /** Idle for less than this, a connection is taken to be alive; if it is not, the first statement says so. */
    private static final Duration TRUSTED_IDLE = Duration.ofSeconds(20);

    private static final int VALIDATION_SECONDS = 3;
    private static final Duration VALIDATION_LIMIT = Duration.ofSeconds(5);
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(5);

    private record Warm(Connection connection, long revision, Host host, Instant since) {}

    private record Host(String name, int port) {}

    private final TargetConnector connector;
    private final int capacity;
    private final int capacityPerHost;
    private final Duration idleTimeout;
    private final Clock clock;

    /** In order of return, so that the first is the one idle for longest. Guarded by itself. */
    private final Map<UUID, Warm> warm = new LinkedHashMap<>();

    private final AtomicInteger borrowed = new AtomicInteger();

    private boolean stopped;

    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "target-connections-sweeper");
        thread.setDaemon(true);
        return thread;
    });

    @Inject
    TargetConnections(TargetConnector connector, TargetsConfig config, Clock clock) {
        this.connector = connector;
        this.capacity = config.warmConnections();
        this.capacityPerHost = config.warmConnectionsPerHost();
        this.idleTimeout = config.warmIdleTimeout();
        this.clock = clock;
        sweeper.scheduleWithFixedDelay(
                this::sweep, SWEEP_EVERY.toMillis(), SWEEP_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * The destination's warm connection, or a new one; in auto-commit. {@link Borrowed#close} it in any case.
     *
     * @param revision of the destination that {@code settings} are of
     */
    public Borrowed borrow(UUID destinationId, long revision, ConnectionSettings settings)
            throws IOException, SQLException {
        Warm found;
        synchronized (warm) {
            found = warm.remove(destinationId);
        }
        if (found != null) {
            if (found.revision() == revision && isAlive(found)) {
                borrowed.incrementAndGet();
                return new Borrowed(destinationId, revision, found.host(), found.connection());
            }
            closeQuietly(found.connection());
        }
        var host = new Host(settings.host(), settings.port());
        Connection connection = connector.connect(settings);
        borrowed.incrementAndGet();
        return new Borrowed(destinationId, revision, host, connection);
    }

    /** Closes the destination's warm connection, if there is one: it is not to be written to any more. */
    public void forget(UUID destinationId) {
        Warm found;
        synchronized (warm) {
            found = warm.remove(destinationId);
        }
        if (found != null) {
            closeQuietly(found.connection());
        }
    }

    private boolean isAlive(Warm found) {
        Duration idle = Duration.between(found.since(), clock.instant());
        // The driver's own time-out begins anew with every byte of the answer.
        TargetConnector.Lease lease = connector.limit(found.connection(), VALIDATION_LIMIT);
        try {
            return idle.compareTo(idleTimeout) < 0
                    && !found.connection().isClosed()
                    && (idle.compareTo(TRUSTED_IDLE) < 0 || found.connection().isValid(VALIDATION_SECONDS));
        } catch (SQLException e) {
            return false;
        } finally {
            lease.end();
        }
    }

    private void giveBack(Borrowed borrowed) {
        Connection surplus = null;
        synchronized (warm) {
            if (stopped || capacity == 0 || capacityPerHost == 0 || warm.containsKey(borrowed.destinationId)) {
                surplus = borrowed.connection;
            } else {
                surplus = makeRoom(borrowed.host);
                warm.put(
                        borrowed.destinationId,
                        new Warm(borrowed.connection, borrowed.revision, borrowed.host, clock.instant()));
            }
        }
        if (surplus != null) {
            closeQuietly(surplus);
        }
    }

    /** @return the connection that gives way to one more to this host, the one idle for longest; null if there is room */
    private Connection makeRoom(Host host) {
        List<UUID> ofHost = warm.entrySet().stream()
                .filter(entry -> entry.getValue().host().equals(host))
                .map(Map.Entry::getKey)
                .toList();
        if (ofHost.size() >= capacityPerHost) {
            return warm.remove(ofHost.get(0)).connection();
        }
        return warm.size() >= capacity
                ? warm.remove(warm.keySet().iterator().next()).connection()
                : null;
    }

    /** Closes what has been idle for too long. */
    void sweep() {
        Instant limit = clock.instant().minus(idleTimeout);
        while (true) {
            Connection expired;
            synchronized (warm) {
                var oldest = warm.entrySet().iterator();
                if (!oldest.hasNext()) {
                    return;
                }
                Map.Entry<UUID, Warm> entry = oldest.next();
                if (entry.getValue().since().isAfter(limit)) {
                    return;
                }
                expired = entry.getValue().connection();
                oldest.remove();
            }
            closeQuietly(expired);
        }
    }

    /** How many are warm now. */
    int size() {
        synchronized (warm) {
            return warm.size();
        }
    }

    /** How many are borrowed now. */
    int borrowed() {
        return borrowed.get();
    }

    /** Leaves the rest to the operating system if saying good-bye takes too long: the process is to end in seconds. */
    @PreDestroy
    void stop() {
        sweeper.shutdownNow();
        Map<UUID, Warm> left;
        synchronized (warm) {
            stopped = true;
            left = new LinkedHashMap<>(warm);
            warm.clear();
        }
        left.values().forEach(idle -> abort(idle.connection()));
    }

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debugf("A connection to a target did not close error=%s", e.getSQLState());
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debugf("A connection to a target did not close error=%s", e.getSQLState());
        }
    }

    /** A connection in use. For one thread. */
    public final class Borrowed implements AutoCloseable {

        private final UUID destinationId;
        private final long revision;
        private final Host host;
        private final Connection connection;
        private boolean keep;
        private boolean closed;

        private Borrowed(UUID destinationId, long revision, Host host, Connection connection) {
            this.destinationId = destinationId;
            this.revision = revision;
            this.host = host;
            this.connection = connection;
        }

        public Connection connection() {
            return connection;
        }

        /** The run ended well, so the connection may be used again. Without this, {@link #close} closes it. */
        public void keep() {
            keep = true;
        }

        /** Rolls back what was left open. */
        @Override
        public void close() {
            if (!closed) {
                closed = true;
                borrowed.decrementAndGet();
            }
            try {
                if (keep && !connection.isClosed()) {
                    if (!connection.getAutoCommit()) {
                        connection.rollback();
                        connection.setAutoCommit(true);
                    }
                    connection.clearWarnings();
                    giveBack(this);
                    return;
                }
            } catch (SQLException e) {
                LOG.debugf("A connection to a target is not kept error=%s", e.getSQLState());
            }
            closeQuietly(connection);
        }
    }
}
