package dev.dbsync.engine.sync;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.trace.Traces;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.destination.Destination.MappingState;
import dev.dbsync.engine.destination.DestinationStore;
import dev.dbsync.engine.destination.DestinationStore.Progress;
import dev.dbsync.engine.destination.DestinationStore.RunState;
import dev.dbsync.engine.quarantine.QuarantineStore;
import dev.dbsync.engine.quarantine.RefusedRow;
import dev.dbsync.engine.sync.DestinationRunner.Outcome;
import dev.dbsync.engine.sync.MappingSync.Step;
import dev.dbsync.engine.target.Backoff;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.TargetFault;
import dev.dbsync.engine.target.TargetFault.Blame;
import dev.dbsync.engine.target.TargetFault.Pace;
import dev.dbsync.engine.target.TargetFault.Scope;
import dev.dbsync.engine.target.TargetRefusedException;
import dev.dbsync.engine.target.postgres.PostgresTarget;
import io.opentelemetry.api.trace.Span;
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
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * One run over one destination: takes its mappings forward in turn until nothing is left or the time is over. A mapping that
 * fails stands aside with the time of its next attempt; what fails the whole database ends the run. Used once, by one thread.
 */
final class DestinationRun {

    /** How long to stay away where another run holds a position, or the run was told to stop. */
    static final Duration MOMENT = Duration.ofMillis(500);

    private static final Logger LOG = Logger.getLogger(DestinationRun.class);
    private static final Duration MIRROR_EVERY = Duration.ofSeconds(1);

    private final Destination destination;
    private final PostgresTarget target;
    private final List<BoundMapping> wanted;
    private final Lanes.Place place;
    private final DestinationStore destinations;
    private final SourceReader source;
    private final QuarantineStore quarantine;
    private final SyncConfig config;
    private final SyncMetrics metrics;
    private final Traces traces;
    private final Clock clock;
    private final RandomGenerator random;
    private final Instant deadline;

    /** Committed positions that the mirror does not show yet, by mapping. */
    private final Map<String, Progress> unmirrored = new LinkedHashMap<>();

    /** Mappings whose next step is a page of the log, because their last one was a page of a copy. */
    private final Set<String> logNext = new HashSet<>();

    /** Mappings of which this run has told that rows are refused. */
    private final Set<String> quarantineLogged = new HashSet<>();

    private PostgresTarget.Found found;

    /** The mapping whose page could not be read in time. */
    private String tooSlow;
    /** All of this run, to be closed at its end. */
    private final List<MappingSync> syncs = new ArrayList<>();

    private Instant mirrored;
    private Instant turnEnds;
    private long readAheadNanos;
    private boolean confirmed;
    private boolean owed;

    DestinationRun(
            Destination destination,
            PostgresTarget target,
            List<BoundMapping> wanted,
            Lanes.Place place,
            DestinationStore destinations,
            SourceReader source,
            QuarantineStore quarantine,
            SyncConfig config,
            SyncMetrics metrics,
            Traces traces,
            Clock clock,
            RandomGenerator random) {
        this.destination = destination;
        this.target = target;
        this.wanted = wanted;
        this.place = place;
        this.destinations = destinations;
        this.source = source;
        this.quarantine = quarantine;
        this.config = config;
        this.metrics = metrics;
        this.traces = traces;
        this.clock = clock;
        this.random = random;
        this.deadline = clock.instant().plus(config.runBudget());
        this.mirrored = clock.instant();
        this.turnEnds = clock.instant().plus(config.turn());
    }

    /**
     * Makes sure that the schema is ours.
     *
     * @param lockAhead whether the position of a mapping that seems to have news may be locked already; {@link #work} must then come
     *     next
     */
    void prepare(boolean lockAhead) throws SQLException, TargetRefusedException {
        Optional<String> ahead = lockAhead ? likelyToFollow() : Optional.empty();
        found = target.prepare(
                wanted.stream().map(BoundMapping::mapping).toList(), ahead, former -> !destinations.exists(former));
    }

    private Optional<String> likelyToFollow() {
        return wanted.stream()
                .map(BoundMapping::id)
                .filter(id -> destination.stateOf(id).news()
                        && !destination.stateOf(id).putOff())
                .findFirst();
    }

    /** One step of each mapping in turn, so that a long copy does not keep another mapping's news waiting. */
    Outcome work() throws SQLException, InterruptedException {
        var end = RunState.UNFINISHED;
        try {
            if (!toTheEnd()) {
                destinations.enqueue(destination.tenancyId());
                owed = true;
            }
            end = owed ? RunState.SETTLED : RunState.SUCCEEDED;
        } finally {
            syncs.forEach(MappingSync::close);
            if (end != RunState.UNFINISHED || !unmirrored.isEmpty()) {
                mirror(end);
            }
        }
        return owed ? Outcome.OWED : Outcome.SYNCED;
    }

    /** @return false if it stopped before the end, to make room for others */
    private boolean toTheEnd() throws SQLException, InterruptedException {
        List<MappingSync> busy = withSomethingToDo();
        var batches = new HashMap<String, Integer>();
        while (!busy.isEmpty()) {
            for (Iterator<MappingSync> turn = busy.iterator(); turn.hasNext(); ) {
                MappingSync sync = turn.next();
                Turn took = step(sync);
                if (took != Turn.MORE) {
                    turn.remove();
                }
                if (took == Turn.MORE
                        && hasHadItsBatches(batches.merge(sync.mapping().id(), 1, Integer::sum))) {
                    return false;
                }
                if (took != Turn.NOTHING && !busy.isEmpty() && (isLate() || !confirm() || isAwaited())) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean hasHadItsBatches(int batches) {
        return batches >= config.maxBatchesPerMapping().orElse(Integer.MAX_VALUE);
    }

    private boolean isLate() {
        return clock.instant().isAfter(deadline);
    }

    /** Looked for once in a turn. */
    private boolean isAwaited() {
        Instant now = clock.instant();
        if (now.isBefore(turnEnds)) {
            return false;
        }
        turnEnds = now.plus(config.turn());
        return destinations.isAwaited(destination.tenancyId());
    }

    /**
     * Only a committed step proves that a database works: one may let us in and refuse, or hang at, every write.
     *
     * @return false if there is no room in the lane of the proven
     */
    private boolean confirm() throws InterruptedException {
        if (!confirmed) {
            confirmed = true;
            if (!destination.proven() || destination.attempts() > 0) {
                destinations.healthy(destination);
            }
            return place.proven();
        }
        return true;
    }

    private List<MappingSync> withSomethingToDo() throws SQLException {
        var known = new LinkedHashMap<BoundMapping, Position>();
        wanted.forEach(bound -> known.put(bound, found.positions().get(bound.id())));
        Optional<SourceReader.Follow> ahead = readAhead(known);
        Map<String, SourceFacts> facts = ahead.isPresent() ? ahead.get().facts() : source.facts(destination, known);
        var busy = new ArrayList<MappingSync>();
        for (BoundMapping bound : wanted) {
            var sync = new MappingSync(
                    bound,
                    destination,
                    target,
                    source,
                    quarantine,
                    config,
                    clock,
                    found.identities().getOrDefault(bound.id(), ""));
            syncs.add(sync);
            Position position = found.positions().get(bound.id());
            MappingState state = destination.stateOf(bound.id());
            if (state.putOff() || bound.id().equals(tooSlow)) {
                owed = true;
            } else if (!(sync.plan(position, facts.get(bound.id()), false) instanceof MappingPlan.CaughtUp)) {
                if (ahead.isPresent() && found.locked().equals(Optional.of(bound.id()))) {
                    sync.locked(position, ahead.get());
                    busy.add(0, sync);
                } else {
                    busy.add(sync);
                }
            } else if (!state.shows(position)) {
                // Whoever committed this position could not mirror it, or the mapping has healed.
                remember(bound.id(), position, 0);
            }
        }
        return busy;
    }

    /** Facts of all, and the page of the one mapping whose position is locked, in one round trip. */
    private Optional<SourceReader.Follow> readAhead(Map<BoundMapping, Position> known) throws SQLException {
        Optional<BoundMapping> locked = wanted.stream()
                .filter(bound -> found.locked().equals(Optional.of(bound.id())))
                .findFirst();
        if (locked.isEmpty()) {
            return Optional.empty();
        }
        readAheadNanos = System.nanoTime();
        try {
            return Optional.of(source.follow(locked.get(), destination, known, config.pageRows()));
        } catch (SourceException e) {
            if (!e.isAboutRows() && !e.isTimeout()) {
                throw e;
            }
            target.rollback();
            if (e.isTimeout()) {
                failed(locked.get().id(), sourceFault(e));
                tooSlow = locked.get().id();
            }
            return Optional.empty();
        }
    }

    /** What became of a mapping's turn. */
    private enum Turn {
        /** A step was committed, and there may be more to do. */
        MORE,
        /** A step was committed, and it was the last that this run owes. */
        LAST,
        /** Nothing was committed, and nothing more is to be tried in this run. */
        NOTHING
    }

    private Turn step(MappingSync sync) throws SQLException {
        return step(sync, logNext.remove(sync.mapping().id()));
    }

    private Turn step(MappingSync sync, boolean logFirst) throws SQLException {
        String id = sync.mapping().id();
        long begunNanos = sync.hasReadAhead() ? readAheadNanos : System.nanoTime();
        Span span = traces.below("apply");
        try {
            return took(id, traced(span, id, sync.step(logFirst)), begunNanos);
        } catch (TargetRefusedException e) {
            target.rollback();
            failed(id, e.fault());
        } catch (SourceException e) {
            target.rollback();
            failed(id, sourceFault(e));
        } catch (SQLException e) {
            TargetFault fault = TargetFault.from(e);
            if (fault.scope() == Scope.CONNECTION) {
                throw e;
            }
            target.rollback();
            if (fault.scope() == Scope.ROW && !sync.isCareful()) {
                sync.beCareful();
                return step(sync, logFirst);
            }
            failed(id, fault);
        }
        return Turn.NOTHING;
    }

    /** Committed in the target now, which is where a change's way ends. What was not committed leaves no span. */
    private static Step traced(Span span, String id, Step step) {
        if (step instanceof Step.Advanced advanced) {
            span.setAttribute("dbsync.mapping", id)
                    .setAttribute("dbsync.rows", advanced.changed())
                    .end();
        }
        return step;
    }

    private Turn took(String id, Step step, long begunNanos) {
        if (step instanceof Step.Advanced advanced) {
            metrics.applied(advanced.changed(), advanced.batch(), begunNanos);
            remember(id, advanced.position(), advanced.changed());
            noteRefused(id, advanced.refused());
            if (advanced.plan() instanceof MappingPlan.StartCopy start) {
                LOG.infof(
                        "Copy begins tenancy=%s target=%s mapping=%s reason=%s",
                        destination.tenancyId(), destination.id(), id, start.reason());
            }
            if (!(advanced.plan() instanceof MappingPlan.FollowPage)) {
                logNext.add(id);
            }
            if (clock.instant().isAfter(mirrored.plus(MIRROR_EVERY))) {
                mirror(RunState.UNFINISHED);
            }
            return advanced.more() ? Turn.MORE : Turn.LAST;
        }
        if (step instanceof Step.CaughtUp caughtUp) {
            remember(id, caughtUp.position(), 0);
        } else if (step instanceof Step.TooManyRefused tooMany) {
            failed(id, tooManyRefused(tooMany.last()));
        } else if (step instanceof Step.AwaitingCapture) {
            failed(id, CAPTURE_NOT_INSTALLED);
        } else {
            // Busy or unwanted: what this request announced may not have been read, so somebody must come back.
            owed = true;
            destinations.putOff(destination, MOMENT);
        }
        return Turn.NOTHING;
    }

    private void noteRefused(String id, List<RefusedRow> refused) {
        if (refused.isEmpty()) {
            return;
        }
        metrics.quarantined(refused.size());
        if (!destination.quarantined().contains(id) && quarantineLogged.add(id)) {
            LOG.warnf(
                    "Rows are refused and quarantined tenancy=%s target=%s mapping=%s rows=%d error=%s sqlState=%s",
                    destination.tenancyId(),
                    destination.id(),
                    id,
                    refused.size(),
                    refused.get(0).fault().code(),
                    refused.get(0).fault().sqlState());
        }
    }

    private void remember(String id, Position position, long changed) {
        long before = unmirrored.containsKey(id) ? unmirrored.get(id).applied() : 0;
        unmirrored.put(id, new Progress(id, position, before + changed));
    }

    private void failed(String id, TargetFault fault) {
        owed = true;
        metrics.mappingFailed();
        // What was committed first, since the mirror of a position clears the error.
        if (!unmirrored.isEmpty()) {
            mirror(RunState.UNFINISHED);
        }
        int attempts = destination.stateOf(id).attempts();
        destinations.mappingFailed(destination, id, fault, Backoff.next(attempts + 1, fault.pace(), random));
        if (attempts == 0) {
            LOG.warnf(
                    "Mapping stands still tenancy=%s target=%s mapping=%s error=%s sqlState=%s",
                    destination.tenancyId(), destination.id(), id, fault.code(), fault.sqlState());
        }
    }

    private void mirror(RunState state) {
        destinations.progress(destination, List.copyOf(unmirrored.values()), state);
        unmirrored.clear();
        mirrored = clock.instant();
    }

    private static final TargetFault CAPTURE_NOT_INSTALLED = operators(
            "CAPTURE_NOT_INSTALLED",
            "The triggers that capture changes are not installed on every table this mapping reads",
            "Start the sequencer, or look into its readiness for what keeps it from installing them",
            null);

    private TargetFault tooManyRefused(TargetFault last) {
        return new TargetFault(
                last.code(),
                last.blame(),
                "More than " + config.maxQuarantinedRows() + " rows are refused; of the last one: " + last.message(),
                last.remedy(),
                last.sqlState(),
                Scope.MAPPING,
                Pace.SOON);
    }

    /** @throws SourceException again if it is not one mapping's */
    private static TargetFault sourceFault(SourceException e) {
        if (e.isTimeout()) {
            return operators(
                    "SOURCE_TOO_SLOW",
                    "Reading a page of this mapping from the internal database takes too long",
                    "Create the index that the sequencer's start advises for the mapping, or look for load on the internal database",
                    e.sqlState());
        }
        if (e.isAboutRows()) {
            return operators(
                    "SOURCE_ROW_UNREADABLE",
                    "The mapping's expressions fail over a row of this tenancy",
                    "Correct the expression or the row; the SQLSTATE says what is wrong with it",
                    e.sqlState());
        }
        throw e;
    }

    private static TargetFault operators(String code, String message, String remedy, String sqlState) {
        return new TargetFault(code, Blame.OPERATOR, message, remedy, sqlState, Scope.MAPPING, Pace.SOON);
    }
}
