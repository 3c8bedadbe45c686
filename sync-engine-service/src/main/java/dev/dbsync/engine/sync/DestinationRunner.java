package dev.dbsync.engine.sync;

import dev.dbsync.common.trace.Traces;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.destination.DestinationStore;
import dev.dbsync.engine.internaldb.InternalDbException;
import dev.dbsync.engine.quarantine.QuarantineStore;
import dev.dbsync.engine.target.Backoff;
import dev.dbsync.engine.target.TargetConnections;
import dev.dbsync.engine.target.TargetConnector;
import dev.dbsync.engine.target.TargetFault;
import dev.dbsync.engine.target.TargetRefusedException;
import dev.dbsync.engine.target.TargetsConfig;
import dev.dbsync.engine.target.postgres.PostgresTarget;
import io.opentelemetry.api.trace.Span;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Brings one destination up to date: connects, makes sure the schema is ours, and has a {@link DestinationRun} take its
 * mappings forward. Whatever happens is written down with the time of the next attempt, so that nobody has to remember it.
 * Thread-safe; one destination is never run twice at once by one process.
 */
@ApplicationScoped
public class DestinationRunner {

    private static final Logger LOG = Logger.getLogger(DestinationRunner.class);

    /** Another run was making the same tables; no failure of anybody. */
    private static final Set<String> BUSY = Set.of("55P03", "40001", "40P01");

    private final DestinationStore destinations;
    private final TargetConnections connections;
    private final TargetConnector connector;
    private final SourceReader source;
    private final QuarantineStore quarantine;
    private final ActiveMappings mappings;
    private final SyncConfig config;
    private final SyncMetrics metrics;
    private final Traces traces;
    private final TargetsConfig targetsConfig;
    private final Clock clock;
    private final RandomGenerator random = new SecureRandom();

    /** The revision of each destination whose status view is there and whose reader role has its grants, as far as this process knows. */
    private final Map<UUID, Long> lookedAfter = new ConcurrentHashMap<>();

    DestinationRunner(
            DestinationStore destinations,
            TargetConnections connections,
            TargetConnector connector,
            SourceReader source,
            QuarantineStore quarantine,
            ActiveMappings mappings,
            SyncConfig config,
            SyncMetrics metrics,
            Traces traces,
            TargetsConfig targetsConfig,
            Clock clock) {
        this.destinations = destinations;
        this.connections = connections;
        this.connector = connector;
        this.source = source;
        this.quarantine = quarantine;
        this.mappings = mappings;
        this.config = config;
        this.metrics = metrics;
        this.traces = traces;
        this.targetsConfig = targetsConfig;
        this.clock = clock;
    }

    /** What a run came to. */
    enum Outcome {
        /** Everything there was is in the target. */
        SYNCED,
        /** Something is left; when it is tried again is written down. */
        OWED
    }

    /**
     * One run.
     *
     * @param place the run's place in a lane; it changes lanes once the destination has proven itself
     * @throws RuntimeException if the internal database failed; then nothing may have been written down
     */
    Outcome run(Destination destination, Lanes.Place place) throws InterruptedException {
        Span span = traces.below("database").setAttribute("dbsync.external_database", destination.id());
        try {
            Outcome outcome = Traces.within(span, () -> attempt(destination, place));
            metrics.ran(outcome);
            return outcome;
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("No other exception is declared", e);
        }
    }

    private Outcome attempt(Destination destination, Lanes.Place place) throws InterruptedException {
        try {
            TargetConnections.Borrowed borrowed = connections.borrow(
                    destination.destinationId(), destination.revision(), destinations.settings(destination));
            // Each answer is bounded by time-outs; this holds against a server that drips its answers for ever.
            TargetConnector.Lease lease =
                    connector.limit(borrowed.connection(), config.runBudget().multipliedBy(2));
            try (borrowed) {
                Outcome outcome = run(destination, borrowed.connection(), place);
                borrowed.keep();
                return outcome;
            } finally {
                lease.end();
            }
        } catch (SQLException | IOException | TargetRefusedException e) {
            return failed(destination, e);
        } catch (InternalDbException | SourceException | RejectedExecutionException e) {
            throw e;
        } catch (RuntimeException e) {
            // A server may send what neither the driver nor we expect. That is this destination's debt, not the
            // tenancy's.
            LOG.errorf(e, "Run failed unexpectedly tenancy=%s target=%s", destination.tenancyId(), destination.id());
            return failed(destination, e);
        }
    }

    private Outcome run(Destination destination, Connection connection, Lanes.Place place)
            throws SQLException, TargetRefusedException, InterruptedException {
        var identity = new PostgresTarget.Identity(
                destination.tenancyId(),
                destination.destinationId(),
                destination.installationId(),
                destination.schema());
        var target = new PostgresTarget(connection, identity, targetsConfig);
        var run = new DestinationRun(
                destination,
                target,
                mappings.wantedBy(destination),
                place,
                destinations,
                source,
                quarantine,
                config,
                metrics,
                traces,
                clock,
                random);
        if (Long.valueOf(destination.revision()).equals(lookedAfter.get(destination.destinationId()))) {
            run.prepare(true);
        } else {
            run.prepare(false);
            keepStatusView(destination, target);
            grantReader(destination, target);
            lookedAfter.put(destination.destinationId(), destination.revision());
        }
        if (!destination.proven()) {
            destinations.proven(destination);
        }
        return run.work();
    }

    private static void keepStatusView(Destination destination, PostgresTarget target) throws SQLException {
        if (!target.keepStatusView(destination.readerRole().orElse(null))) {
            LOG.warnf(
                    "The view %s could not be made, or something of that name is not ours; the sync goes on tenancy=%s target=%s",
                    PostgresTarget.STATUS_VIEW, destination.tenancyId(), destination.id());
        }
    }

    /** Tables made later get their grant when they are made. */
    private void grantReader(Destination destination, PostgresTarget target) throws SQLException {
        if (destination.readerRole().isEmpty()) {
            return;
        }
        target.begin();
        target.tables()
                .grantReader(
                        destination.readerRole().get(),
                        mappings.wantedBy(destination).stream()
                                .map(bound -> bound.mapping())
                                .toList());
        target.commit();
    }

    private Outcome failed(Destination destination, Exception e) {
        TargetFault fault = e instanceof TargetRefusedException refused ? refused.fault() : TargetFault.from(e);
        LOG.debugf("Run failed tenancy=%s target=%s error=%s", destination.tenancyId(), destination.id(), fault.code());
        if (fault.sqlState() != null && BUSY.contains(fault.sqlState())) {
            destinations.putOff(destination, DestinationRun.MOMENT);
            return Outcome.OWED;
        }
        Duration pause = Backoff.next(destination.attempts() + 1, fault.pace(), random);
        destinations.databaseFailed(destination, fault, pause);
        if (destination.attempts() == 0) {
            LOG.warnf(
                    "External database cannot be written to and is owed its changes tenancy=%s target=%s error=%s sqlState=%s",
                    destination.tenancyId(), destination.id(), fault.code(), fault.sqlState());
        }
        return Outcome.OWED;
    }
}
