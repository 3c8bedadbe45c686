package dev.dbsync.engine.sync;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.destination.DestinationStore;
import dev.dbsync.engine.destination.DestinationStore.Progress;
import dev.dbsync.engine.sync.MappingSync.Step;
import dev.dbsync.engine.target.Backoff;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.TargetConnections;
import dev.dbsync.engine.target.TargetConnector;
import dev.dbsync.engine.target.TargetFault;
import dev.dbsync.engine.target.TargetFault.Blame;
import dev.dbsync.engine.target.TargetFault.Pace;
import dev.dbsync.engine.target.TargetFault.Scope;
import dev.dbsync.engine.target.TargetRefusedException;
import dev.dbsync.engine.target.TargetsConfig;
import dev.dbsync.engine.target.postgres.PostgresTarget;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Brings one destination up to date: connects, makes sure the schema is ours, then takes its mappings forward in turn until
 * nothing is left, the time is over, or it fails. Whatever happens is written down with the time of the next attempt, so that
 * nobody has to remember it. Thread-safe; one destination is never run twice at once by one process.
 */
@ApplicationScoped
public class DestinationRunner {

    private static final Logger LOG = Logger.getLogger(DestinationRunner.class);

    /** How long to stay away where another run holds the lock, or the table's triggers are not there yet. */
    private static final Duration MOMENT = Duration.ofMillis(500);

    private static final Duration MIRROR_EVERY = Duration.ofSeconds(1);

    /** Another run's lock: no failure of anybody. */
    private static final Set<String> BUSY = Set.of("55P03", "40001", "40P01");

    private final DestinationStore destinations;
    private final TargetConnections connections;
    private final TargetConnector connector;
    private final SourceReader source;
    private final ActiveMappings mappings;
    private final SyncConfig config;
    private final TargetsConfig targetsConfig;
    private final Clock clock;
    private final RandomGenerator random = new SecureRandom();
    private final Set<String> readersGranted = ConcurrentHashMap.newKeySet();

    DestinationRunner(
            DestinationStore destinations,
            TargetConnections connections,
            TargetConnector connector,
            SourceReader source,
            ActiveMappings mappings,
            SyncConfig config,
            TargetsConfig targetsConfig,
            Clock clock) {
        this.destinations = destinations;
        this.connections = connections;
        this.connector = connector;
        this.source = source;
        this.mappings = mappings;
        this.config = config;
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
        try (var borrowed = connections.borrow(
                destination.destinationId(), destination.revision(), destinations.settings(destination))) {
            // Each answer is bounded by time-outs; this holds against a server that drips its answers for ever.
            TargetConnector.Lease lease =
                    connector.limit(borrowed.connection(), config.runBudget().multipliedBy(2));
            try {
                Outcome outcome = run(destination, borrowed.connection(), place);
                borrowed.keep();
                return outcome;
            } finally {
                lease.end();
            }
        } catch (SQLException | IOException | TargetRefusedException e) {
            return failed(destination, e);
        }
    }

    private Outcome run(Destination destination, Connection connection, Lanes.Place place)
            throws SQLException, TargetRefusedException, InterruptedException {
        var identity = new PostgresTarget.Identity(
                destination.tenancyId(),
                destination.destinationId(),
                destinations.installationId(),
                destination.schema());
        var run = new Run(destination, new PostgresTarget(connection, identity, targetsConfig));
        run.prepare();
        destinations.proven(destination);
        place.proven();
        return run.work();
    }

    private Outcome failed(Destination destination, Exception e) {
        TargetFault fault = faultOf(e);
        LOG.debugf(e, "Run failed tenancy=%s target=%s", destination.tenancyId(), destination.id());
        if (fault.sqlState() != null && BUSY.contains(fault.sqlState())) {
            destinations.putOff(destination, MOMENT);
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

    private static TargetFault faultOf(Exception e) {
        return e instanceof TargetRefusedException refused ? refused.fault() : TargetFault.from(e);
    }

    /** The state of one run. */
    private final class Run {

        private final Destination destination;
        private final PostgresTarget target;
        private final List<BoundMapping> wanted;
        private final Instant deadline;
        private final Map<String, Progress> unmirrored = new LinkedHashMap<>();
        private Instant mirrored;
        private Map<String, Position> positions = Map.of();
        private boolean owed;

        Run(Destination destination, PostgresTarget target) {
            this.destination = destination;
            this.target = target;
            this.wanted = mappings.wantedBy(destination);
            this.deadline = clock.instant().plus(config.runBudget());
            this.mirrored = clock.instant();
        }

        void prepare() throws SQLException, TargetRefusedException {
            List<String> ids = wanted.stream().map(BoundMapping::id).toList();
            positions = target.prepare(ids, former -> !destinations.exists(former));
            if (destination.readerRole().isPresent()
                    && readersGranted.add(destination.destinationId() + "@" + destination.revision())) {
                target.grantReader(
                        destination.readerRole().get(),
                        wanted.stream().map(BoundMapping::mapping).toList());
            }
        }

        /** Takes the mappings in turn, one step each, so that a long copy does not keep another mapping's news waiting. */
        Outcome work() throws SQLException {
            List<MappingSync> busy = withSomethingToDo();
            var batches = new HashMap<String, Integer>();
            var logNext = new HashSet<String>();
            while (!busy.isEmpty()) {
                for (Iterator<MappingSync> turn = busy.iterator(); turn.hasNext(); ) {
                    MappingSync sync = turn.next();
                    String id = sync.mapping().id();
                    if (!step(sync, logNext.remove(id), logNext)) {
                        turn.remove();
                        continue;
                    }
                    int done = batches.merge(id, 1, Integer::sum);
                    if (done >= config.maxBatchesPerMapping().orElse(Integer.MAX_VALUE)
                            || clock.instant().isAfter(deadline)) {
                        mirror();
                        destinations.enqueue(destination.tenancyId());
                        return Outcome.OWED;
                    }
                    if (clock.instant().isAfter(mirrored.plus(MIRROR_EVERY))) {
                        mirror();
                    }
                }
            }
            mirror();
            if (!owed) {
                destinations.succeeded(destination);
            }
            return owed ? Outcome.OWED : Outcome.SYNCED;
        }

        private List<MappingSync> withSomethingToDo() throws SQLException {
            target.begin();
            Map<String, String> identities = target.tableIdentities(
                    wanted.stream().map(BoundMapping::mapping).toList());
            target.commit();
            var known = new LinkedHashMap<BoundMapping, Position>();
            wanted.forEach(bound -> known.put(bound, positions.get(bound.id())));
            Map<String, SourceFacts> facts;
            try (var snapshot = source.snapshot()) {
                facts = snapshot.facts(destination, known);
            }
            var busy = new ArrayList<MappingSync>();
            for (BoundMapping bound : wanted) {
                var sync = new MappingSync(
                        bound, destination, target, source, config, identities.getOrDefault(bound.id(), ""));
                Position position = positions.get(bound.id());
                if (destination.stateOf(bound.id()).putOff()) {
                    owed = true;
                } else if (!(sync.plan(position, facts.get(bound.id()), false) instanceof MappingPlan.CaughtUp)) {
                    busy.add(sync);
                } else if (destination.stateOf(bound.id()).attempts() > 0
                        || !destination.mappingStates().containsKey(bound.id())) {
                    unmirrored.put(bound.id(), new Progress(bound.id(), position, 0));
                }
            }
            return busy;
        }

        /** @return whether the mapping may have more to do in this run */
        private boolean step(MappingSync sync, boolean logFirst, Set<String> logNext) throws SQLException {
            String id = sync.mapping().id();
            try {
                Step step = sync.step(logFirst);
                if (step instanceof Step.Advanced advanced) {
                    remember(id, advanced.position(), advanced.changed());
                    if (advanced.plan() instanceof MappingPlan.StartCopy start) {
                        LOG.infof(
                                "Copy begins tenancy=%s target=%s mapping=%s reason=%s",
                                destination.tenancyId(), destination.id(), id, start.reason());
                    }
                    if (!(advanced.plan() instanceof MappingPlan.FollowPage)) {
                        logNext.add(id);
                    }
                    return true;
                }
                if (step instanceof Step.CaughtUp caughtUp) {
                    remember(id, caughtUp.position(), 0);
                } else if (step instanceof Step.AwaitingCapture) {
                    mappingFailed(
                            id,
                            new TargetFault(
                                    "CAPTURE_NOT_INSTALLED",
                                    Blame.OPERATOR,
                                    "The triggers that capture changes are not installed on every table this mapping reads",
                                    "Start the sequencer, or look into its readiness for what keeps it from installing them",
                                    null,
                                    Scope.MAPPING,
                                    Pace.SOON));
                }
                return false;
            } catch (TargetRefusedException e) {
                target.rollback();
                mappingFailed(id, e.fault());
                return false;
            } catch (SourceException e) {
                target.rollback();
                if (!e.isAboutRows()) {
                    throw e;
                }
                LOG.warnf(e, "Mapping cannot be read tenancy=%s mapping=%s", destination.tenancyId(), id);
                mappingFailed(
                        id,
                        new TargetFault(
                                "SOURCE_ROW_UNREADABLE",
                                Blame.OPERATOR,
                                "The mapping's expressions fail over this tenancy's rows",
                                "Correct the mapping's expression or the row; the engine's log names the statement's error",
                                null,
                                Scope.MAPPING,
                                Pace.SOON));
                return false;
            } catch (SQLException e) {
                TargetFault fault = TargetFault.from(e);
                if (fault.scope() == Scope.CONNECTION
                        || (fault.sqlState() != null && BUSY.contains(fault.sqlState()))) {
                    mirror();
                    throw e;
                }
                target.rollback();
                mappingFailed(id, fault);
                return false;
            }
        }

        private void remember(String id, Position position, long changed) {
            long before = unmirrored.containsKey(id) ? unmirrored.get(id).applied() : 0;
            unmirrored.put(id, new Progress(id, position, before + changed));
        }

        private void mappingFailed(String id, TargetFault fault) {
            owed = true;
            unmirrored.remove(id);
            int attempts = destination.stateOf(id).attempts();
            Duration pause = Backoff.next(attempts + 1, fault.pace(), random);
            destinations.mappingFailed(destination, id, fault, pause);
            if (attempts == 0) {
                LOG.warnf(
                        "Mapping stands still tenancy=%s target=%s mapping=%s error=%s sqlState=%s",
                        destination.tenancyId(), destination.id(), id, fault.code(), fault.sqlState());
            }
        }

        private void mirror() {
            destinations.progress(destination, List.copyOf(unmirrored.values()));
            unmirrored.clear();
            mirrored = clock.instant();
        }
    }
}
