package dev.dbsync.engine.sync;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.engine.destination.Admission;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.destination.DestinationStore;
import dev.dbsync.engine.quarantine.QuarantineStore;
import dev.dbsync.engine.target.TargetConnections;
import dev.dbsync.engine.target.TargetConnector;
import dev.dbsync.engine.target.TargetFault;
import dev.dbsync.engine.target.TargetRefusedException;
import dev.dbsync.engine.target.TargetsConfig;
import dev.dbsync.engine.target.postgres.PostgresTarget;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Gives a verification its turns at destinations, on the connection that runs use as well. Thread-safe. */
@ApplicationScoped
public class DestinationChecks {

    private final DestinationStore destinations;
    private final TargetConnections connections;
    private final TargetConnector connector;
    private final SourceReader source;
    private final QuarantineStore quarantine;
    private final ActiveMappings mappings;
    private final Turns turns;
    private final SyncConfig config;
    private final TargetsConfig targetsConfig;
    private final Clock clock;

    /** One per check under way: they read the source beside the target. */
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "verification-source");
        thread.setDaemon(true);
        return thread;
    });

    DestinationChecks(
            DestinationStore destinations,
            TargetConnections connections,
            TargetConnector connector,
            SourceReader source,
            QuarantineStore quarantine,
            ActiveMappings mappings,
            Turns turns,
            SyncConfig config,
            TargetsConfig targetsConfig,
            Clock clock) {
        this.destinations = destinations;
        this.connections = connections;
        this.connector = connector;
        this.source = source;
        this.quarantine = quarantine;
        this.mappings = mappings;
        this.turns = turns;
        this.config = config;
        this.targetsConfig = targetsConfig;
        this.clock = clock;
    }

    @PreDestroy
    void stop() {
        threads.shutdownNow();
    }

    /** What is done in a turn. */
    @FunctionalInterface
    public interface Work {
        void in(Turn turn) throws SQLException, TargetRefusedException;
    }

    /** What became of a turn. */
    public enum Outcome {
        DONE,
        /** A run is at the destination, or the engine is switched off. */
        BUSY,
        /** The destination is gone, paused, switched off, or was edited. */
        UNWANTED
    }

    /** The destination, or this process's connection to it, failed. */
    public static final class Failed extends Exception {

        private final transient TargetFault fault;

        Failed(TargetFault fault, Exception cause) {
            super(fault.code(), cause);
            this.fault = fault;
        }

        public TargetFault fault() {
            return fault;
        }
    }

    /**
     * Does some work in a turn of its own.
     *
     * @param revision of the destination that the work is meant for
     * @throws SourceException or another {@link RuntimeException} if the internal database failed
     */
    public Outcome inTurn(UUID tenancyId, UUID destinationId, long revision, Work work) throws Failed {
        Admission admission = destinations.admission(tenancyId, mappings.logTables());
        if (admission instanceof Admission.SwitchedOff) {
            return Outcome.BUSY;
        }
        List<Destination> wanted =
                admission instanceof Admission.Admitted admitted ? admitted.destinations() : List.of();
        Optional<Destination> found = wanted.stream()
                .filter(d -> d.destinationId().equals(destinationId) && d.revision() == revision)
                .findFirst();
        if (found.isEmpty()) {
            return Outcome.UNWANTED;
        }
        if (!turns.takeForCheck(destinationId)) {
            return Outcome.BUSY;
        }
        try {
            connected(found.get(), work);
            return Outcome.DONE;
        } finally {
            turns.endCheck(destinationId);
        }
    }

    private void connected(Destination destination, Work work) throws Failed {
        try {
            TargetConnections.Borrowed borrowed = connections.borrow(
                    destination.destinationId(), destination.revision(), destinations.settings(destination));
            TargetConnector.Lease lease =
                    connector.limit(borrowed.connection(), config.runBudget().multipliedBy(2));
            try (borrowed) {
                var identity = new PostgresTarget.Identity(
                        destination.tenancyId(),
                        destination.destinationId(),
                        destination.installationId(),
                        destination.schema());
                work.in(new Turn(destination, new PostgresTarget(borrowed.connection(), identity, targetsConfig)));
                borrowed.keep();
            } finally {
                lease.end();
            }
        } catch (TargetRefusedException e) {
            throw new Failed(e.fault(), e);
        } catch (SQLException | IOException e) {
            throw new Failed(TargetFault.from(e), e);
        }
    }

    /** A turn at one destination. For one thread. */
    public final class Turn {

        private final Destination destination;
        private final PostgresTarget target;

        private Turn(Destination destination, PostgresTarget target) {
            this.destination = destination;
            this.target = target;
        }

        /** Whether a run waits: then the turn should end soon. */
        public boolean mustMakeWay() {
            return turns.isWaitedFor(destination.destinationId());
        }

        /** The check of a mapping; empty if the destination does not get it, or it does not fit the internal database. */
        public Optional<MappingCheck> of(String mappingId) {
            return mappings.wantedBy(destination).stream()
                    .filter(bound -> bound.id().equals(mappingId))
                    .findFirst()
                    .map(this::check);
        }

        private MappingCheck check(BoundMapping bound) {
            var sync = new MappingSync(bound, destination, target, source, quarantine, config, clock, "");
            return new MappingCheck(bound, destination, target, source, quarantine, sync, threads);
        }
    }
}
