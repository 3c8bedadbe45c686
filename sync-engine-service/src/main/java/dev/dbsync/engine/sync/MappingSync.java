package dev.dbsync.engine.sync;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.quarantine.QuarantineStore;
import dev.dbsync.engine.quarantine.QuarantineStore.Parked;
import dev.dbsync.engine.quarantine.RefusedRow;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.engine.target.SourceMoment;
import dev.dbsync.engine.target.TargetFault;
import dev.dbsync.engine.target.TargetFault.Blame;
import dev.dbsync.engine.target.TargetFault.Pace;
import dev.dbsync.engine.target.TargetFault.Scope;
import dev.dbsync.engine.target.TargetRefusedException;
import dev.dbsync.engine.target.postgres.BatchBisection.Taken;
import dev.dbsync.engine.target.postgres.PostgresTables.CopyTable;
import dev.dbsync.engine.target.postgres.PostgresTarget;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes one mapping of one destination forward, a step at a time; each step is one target transaction.
 *
 * <p>Order matters (invariant 4): the position is locked, then the source is read, then rows and position are committed
 * together. A run that comes late waits at the lock and then reads the source anew, so it cannot write older rows over newer
 * ones. The source's snapshot is closed before the target is written, so a slow target holds nothing back there.
 *
 * <p>Where the target refuses a row, the run asks for {@link #beCareful() care} and repeats the step: batches begin small, are
 * bisected, and what the target refuses is quarantined before the rest is committed (invariant 6).
 *
 * <p>Used by one run on one thread.
 */
final class MappingSync implements AutoCloseable {

    private static final int FIRST_CAREFUL_ROWS = 64;
    private static final int FEWEST_CAREFUL_ROWS = 4;
    private static final Duration QUICK = Duration.ofSeconds(1);
    private static final Duration SLOW = Duration.ofSeconds(5);

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final BoundMapping bound;
    private final Mapping mapping;
    private final Destination destination;
    private final PostgresTarget target;
    private final SourceReader source;
    private final QuarantineStore quarantine;
    private final SyncConfig config;
    private final Clock clock;
    private final ChunkedCopy chunks;
    private String tableIdentity;
    private boolean careful;
    private int pageRows;
    private Position lockedAhead;
    private SourceReader.Follow ahead;

    /** @param tableIdentity of the target table as the run found it; empty if it must be made or mended */
    MappingSync(
            BoundMapping bound,
            Destination destination,
            PostgresTarget target,
            SourceReader source,
            QuarantineStore quarantine,
            SyncConfig config,
            Clock clock,
            String tableIdentity) {
        this.bound = bound;
        this.mapping = bound.mapping();
        this.destination = destination;
        this.target = target;
        this.source = source;
        this.quarantine = quarantine;
        this.config = config;
        this.clock = clock;
        this.tableIdentity = tableIdentity;
        this.pageRows = config.pageRows();
        this.chunks = new ChunkedCopy(bound, destination, target, source.chunks(), config, clock);
    }

    /** What a step came to. */
    sealed interface Step {

        /**
         * Rows were brought up to this position, but for those that the target refused.
         *
         * @param more whether there may be more to do; if not, whatever came since comes with a request of its own
         * @param batch what it carried
         */
        record Advanced(
                MappingPlan plan, Position position, long changed, List<RefusedRow> refused, boolean more, Batch batch)
                implements Step {}

        /** So many of the keys asked for were brought to what the source has, but for those that the target refused. */
        record Rewritten(int keys, long changed, List<RefusedRow> refused) implements Step {}

        /** There was nothing to do. */
        record CaughtUp(Position position) implements Step {}

        /** Capture is not installed on all tables yet. */
        record AwaitingCapture() implements Step {}

        /** Another run holds the position. */
        record Busy() implements Step {}

        /** So many rows are refused that it is not single rows any more. */
        record TooManyRefused(TargetFault last) implements Step {}

        /** The destination was edited, paused or deleted, or the engine switched off, or the schema is no longer ours. */
        record Unwanted() implements Step {}
    }

    BoundMapping mapping() {
        return bound;
    }

    /**
     * The next step need neither lock nor read.
     *
     * @param position of this mapping, locked in the transaction that is open, in which the table was looked at after that
     * @param read from the source after that
     */
    void locked(Position position, SourceReader.Follow read) {
        lockedAhead = position;
        ahead = read;
    }

    /** Whether the next step has been read for already. */
    boolean hasReadAhead() {
        return ahead != null;
    }

    /** What would be next at this position, without taking the lock; good for skipping what has nothing to do. */
    MappingPlan plan(Position position, SourceFacts facts, boolean logFirst) {
        return MappingPlan.decide(position, facts, mapping.hash(), tableIdentity, logFirst);
    }

    boolean isCareful() {
        return careful;
    }

    /** From now on find out which rows the target refuses, and go on without them. */
    void beCareful() {
        careful = true;
        pageRows = Math.min(FIRST_CAREFUL_ROWS, config.pageRows());
    }

    /** The rows among which one was refused are behind us. */
    private void beBold() {
        careful = false;
        pageRows = config.pageRows();
    }

    /** Lets go of what was read for a next step. */
    @Override
    public void close() {
        chunks.close();
    }

    /**
     * Does the next step.
     *
     * @param logFirst prefer the log to the copy where both have something
     * @throws SQLException from the target; nothing of the step was committed, or the answer to the commit was lost
     * @throws SourceException from the internal database; nothing was committed
     */
    Step step(boolean logFirst) throws SQLException, TargetRefusedException {
        if (ahead != null) {
            SourceReader.Follow page = ahead;
            ahead = null;
            Read read = readOf(lockedAhead, page, false);
            if (read != null) {
                return act(lockedAhead, read);
            }
        }
        Optional<Position> locked = lock();
        if (locked == null) {
            return new Step.Busy();
        }
        if (locked.isEmpty()) {
            target.rollback();
            return new Step.Unwanted();
        }
        Position position = locked.get();
        lookAgain(position);
        if (careful && chunks.resumes()) {
            beBold();
        }
        if (!careful && chunks.isFor(position)) {
            Optional<Step> step = chunks.step(position, tableIdentity, logFirst);
            if (step.isPresent()) {
                return step.get();
            }
        }
        Read read = logFirst || position.phase() == Phase.FOLLOWING ? readLog(position, logFirst) : null;
        if (read == null) {
            read = readTable(position, logFirst);
        }
        return act(position, read);
    }

    private Step act(Position position, Read read) throws SQLException, TargetRefusedException {
        SourceFacts facts = read.facts();
        MappingPlan plan = read.plan();
        LogPage log = read.log();
        TablePage table = read.table();
        if (!facts.wanted()) {
            target.rollback();
            return new Step.Unwanted();
        }
        if (plan instanceof MappingPlan.StartCopy start) {
            return startCopy(start);
        }
        if (plan instanceof MappingPlan.SweepPage) {
            return sweep(position, plan, facts.moment());
        }
        if (log != null) {
            Position next = position.followed(log.watermark(), log.epoch()).readAt(facts.moment());
            boolean more = log.more() || next.phase() != Phase.FOLLOWING;
            Batch batch = Batch.ofTexts(Batch.Kind.LOG, log.upserts(), log.ages());
            Step step = commit(plan, log.deletes(), log.upserts(), position, next, more, batch);
            release(step, log, facts);
            return step;
        }
        if (table != null) {
            Position next = position.copied(table.last(), table.upserts().size(), table.more())
                    .readAt(facts.moment());
            chunks.pageCopied(table.upserts().size());
            Batch batch = Batch.ofTexts(Batch.Kind.PAGE, table.upserts(), ChangeAges.NONE);
            return commit(plan, List.of(), table.upserts(), position, next, true, batch);
        }
        target.rollback();
        return plan instanceof MappingPlan.AwaitCapture ? new Step.AwaitingCapture() : new Step.CaughtUp(position);
    }

    /** @return null if another run holds it; empty if it, or the schema, is gone */
    private Optional<Position> lock() throws SQLException {
        try {
            return target.lock(mapping.id());
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                target.rollback();
                return null;
            }
            throw e;
        }
    }

    /**
     * Brings some target keys to what the source has now, whatever the log says of them; the position stays. The rows may be newer
     * than the watermark, as a copy's are: entries above it lead to the same rows or newer ones.
     *
     * @return {@link Step.CaughtUp} if the position is not one that is followed; then a copy sees to these keys
     */
    Step rewrite(List<List<String>> keys) throws SQLException, TargetRefusedException {
        target.begin();
        Optional<Position> locked = lock();
        if (locked == null) {
            return new Step.Busy();
        }
        if (locked.isEmpty()) {
            target.rollback();
            return new Step.Unwanted();
        }
        Position position = locked.get();
        lookAgain(position);
        SourceFacts facts;
        SourceReader.RowsOf found;
        try (var snapshot = source.snapshotOf(bound)) {
            facts = facts(snapshot, position);
            found = snapshot.rowsOf(bound, destination.tenancyId(), keys);
        }
        if (!facts.wanted() || !isFollowed(position, facts)) {
            target.rollback();
            return facts.wanted() ? new Step.CaughtUp(position) : new Step.Unwanted();
        }
        var deletes = new ArrayList<List<String>>();
        var upserts = new ArrayList<List<String>>();
        for (int i = 0; i < found.keys(); i++) {
            List<String> row = found.rows().get(i);
            if (row == null) {
                deletes.add(keys.get(i));
            } else {
                upserts.add(row);
            }
        }
        Batch batch = Batch.ofTexts(Batch.Kind.PAGE, upserts, ChangeAges.NONE);
        Step step = commit(null, deletes, upserts, position, position.readAt(facts.moment()), false, batch);
        return step instanceof Step.Advanced advanced
                ? new Step.Rewritten(found.keys(), advanced.changed(), advanced.refused())
                : step;
    }

    private boolean isFollowed(Position position, SourceFacts facts) {
        return position.phase() == Phase.FOLLOWING && !(plan(position, facts, false) instanceof MappingPlan.StartCopy);
    }

    /**
     * What was read of the source in one snapshot.
     *
     * @param log where the plan is to follow it and the destination wants it, else null
     * @param table where the plan is to copy it and the destination wants it, else null
     */
    private record Read(SourceFacts facts, MappingPlan plan, LogPage log, TablePage table) {}

    /**
     * Facts and page in one round trip, as if the plan were to follow the log, which it mostly is.
     *
     * @return null if it is to copy, or if the page cannot be read, which is no matter where the plan is another
     */
    private Read readLog(Position position, boolean logFirst) {
        SourceReader.Follow read;
        try {
            read = source.follow(bound, destination, Map.of(bound, position), pageRows);
        } catch (SourceException e) {
            if (e.isAboutRows()) {
                return null;
            }
            throw e;
        }
        return readOf(position, read, logFirst);
    }

    private Read readOf(Position position, SourceReader.Follow read, boolean logFirst) {
        SourceFacts facts = read.facts().get(mapping.id());
        MappingPlan plan = plan(position, facts, logFirst);
        if (facts.wanted() && plan instanceof MappingPlan.CopyPage) {
            return null;
        }
        boolean follow = facts.wanted() && plan instanceof MappingPlan.FollowPage;
        return new Read(facts, plan, follow ? read.page() : null, null);
    }

    private Read readTable(Position position, boolean logFirst) throws TargetRefusedException {
        try (var snapshot = position.phase() == Phase.COPYING ? source.snapshotOf(bound) : source.snapshot()) {
            SourceFacts facts = facts(snapshot, position);
            MappingPlan plan = plan(position, facts, logFirst);
            LogPage log = null;
            TablePage table = null;
            if (facts.wanted() && plan instanceof MappingPlan.FollowPage) {
                log = snapshot.follow(bound, destination.tenancyId(), position.watermark(), pageRows);
            } else if (facts.wanted() && plan instanceof MappingPlan.CopyPage) {
                table = copyPage(snapshot, position.cursor());
            }
            return new Read(facts, plan, log, table);
        }
    }

    /**
     * What the table is was looked up without the lock: another run may have made it and copied it since, and that copy must not
     * be taken for somebody else's table.
     */
    private void lookAgain(Position position) throws SQLException {
        if (position.phase() != Phase.PENDING && !position.tableIdentity().equals(tableIdentity)) {
            tableIdentity = target.tables().identities(List.of(mapping)).getOrDefault(mapping.id(), "");
        }
    }

    /**
     * The announcement is committed before the start id is read, so that nothing above that id can be purged in between
     * (invariant 10); and the id is read before any row, so that whatever a page is too old to show is in the log.
     */
    private Step startCopy(MappingPlan.StartCopy plan) throws SQLException, TargetRefusedException {
        if (!source.announceCopy(destination, mapping.id(), plan.reason())) {
            target.rollback();
            return new Step.Unwanted();
        }
        SourceFacts facts;
        try (var snapshot = source.snapshot()) {
            facts = facts(snapshot, Position.initial());
        }
        CopyTable table =
                target.tables().readyForCopy(mapping, destination.readerRole().orElse(null));
        Position start = Position.copyFrom(
                facts.lastSequenceId(),
                facts.currentEpoch(),
                facts.generation(),
                mapping.hash(),
                table.identity(),
                !table.empty(),
                facts.moment(),
                facts.resync());
        target.apply(mapping, List.of(), List.of(), start);
        target.commit();
        tableIdentity = table.identity();
        return new Step.Advanced(plan, start, 0, List.of(), true, Batch.START);
    }

    /** Keys are read under the lock and looked up in a later snapshot: what is missing there is gone for good, or will come back in the log. */
    private Step sweep(Position position, MappingPlan plan, SourceMoment judgedAt)
            throws SQLException, TargetRefusedException {
        requireCursorOf(mapping.keyColumns().size(), position.cursor());
        List<List<String>> keys = target.keysBehind(mapping, position.cursor(), pageRows);
        List<List<String>> gone = List.of();
        SourceMoment moment = judgedAt;
        if (!keys.isEmpty()) {
            try (var snapshot = source.snapshotOf(bound)) {
                gone = snapshot.missing(bound, destination.tenancyId(), keys);
                moment = snapshot.moment();
            }
        }
        if (isOfAnotherHistory(moment, judgedAt)) {
            target.rollback();
            return new Step.Busy();
        }
        boolean more = keys.size() >= pageRows;
        Optional<List<String>> last = more ? Optional.of(keys.get(keys.size() - 1)) : Optional.empty();
        Batch batch = new Batch(Batch.Kind.SWEEP, 0, ChangeAges.NONE);
        return commit(
                plan, gone, List.of(), position, position.swept(last, more).readAt(moment), true, batch);
    }

    private Step commit(
            MappingPlan plan,
            List<List<String>> deletes,
            List<List<String>> upserts,
            Position before,
            Position next,
            boolean more,
            Batch batch)
            throws SQLException, TargetRefusedException {
        if (careful) {
            return commitCarefully(plan, deletes, upserts, before, next, more, batch);
        }
        if (before.phase() == next.phase()) {
            long changed = target.applyAndCommit(mapping, deletes, upserts, next);
            return new Step.Advanced(plan, next, changed, List.of(), more, batch);
        }
        long changed = target.apply(mapping, deletes, upserts, next);
        return committed(plan, before, next, changed, List.of(), more, batch);
    }

    /** What is refused is durable in the internal database before the target commits without it. */
    private Step commitCarefully(
            MappingPlan plan,
            List<List<String>> deletes,
            List<List<String>> upserts,
            Position before,
            Position next,
            boolean more,
            Batch batch)
            throws SQLException, TargetRefusedException {
        Instant begun = clock.instant();
        Taken taken = target.applyBisecting(mapping, deletes, upserts);
        List<RefusedRow> refused = taken.refused();
        if (!refused.isEmpty()) {
            Parked parked = quarantine.park(destination, mapping, refused, config.maxQuarantinedRows());
            if (parked != Parked.YES) {
                target.rollback();
                return parked == Parked.UNWANTED
                        ? new Step.Unwanted()
                        : new Step.TooManyRefused(
                                refused.get(refused.size() - 1).fault());
            }
        }
        Position after = refused.isEmpty() ? next : next.readAt(momentOfQuarantine());
        if (isOfAnotherHistory(after.moment(), next.moment())) {
            target.rollback();
            return new Step.Busy();
        }
        target.save(mapping, after);
        Step step = committed(plan, before, after, taken.changed(), refused, more, batch);
        adaptTo(Duration.between(begun, clock.instant()));
        return step;
    }

    /** The rows were parked after the page was read: a failover that loses them must not be taken to have kept them. */
    private SourceMoment momentOfQuarantine() {
        try (var snapshot = source.snapshot()) {
            return snapshot.moment();
        }
    }

    /** A history that began after a position was judged must judge it first: it may have lost what the position holds. */
    private static boolean isOfAnotherHistory(SourceMoment later, SourceMoment judgedAt) {
        return later != null && judgedAt != null && !later.history().equals(judgedAt.history());
    }

    private Step committed(
            MappingPlan plan,
            Position before,
            Position next,
            long changed,
            List<RefusedRow> refused,
            boolean more,
            Batch batch)
            throws SQLException {
        if (before.phase() != Phase.FOLLOWING && next.phase() == Phase.FOLLOWING) {
            target.tables().demandValues(mapping);
        }
        target.commit();
        return new Step.Advanced(plan, next, changed, refused, more, batch);
    }

    /** Bisecting takes round trips; a batch must end well within the run's time however many of its rows are refused. */
    private void adaptTo(Duration taken) {
        if (taken.compareTo(QUICK) < 0) {
            pageRows = Math.min(pageRows * 2, config.pageRows());
        } else if (taken.compareTo(SLOW) > 0) {
            pageRows = Math.max(pageRows / 2, Math.min(FEWEST_CAREFUL_ROWS, config.pageRows()));
        }
    }

    /** Only a page of the log releases rows from quarantine, see the package's description. */
    private void release(Step step, LogPage log, SourceFacts facts) {
        if (!(step instanceof Step.Advanced advanced)
                || !destination.quarantined().contains(mapping.id())) {
            return;
        }
        var taken = new HashSet<List<String>>(log.deletes());
        log.upserts().forEach(row -> taken.add(mapping.targetKey(row)));
        advanced.refused().forEach(row -> taken.remove(row.key()));
        quarantine.release(destination, mapping, taken, facts.readAt());
    }

    /** The cursor was the target's to keep, so it may be anything; what fails over it is no fault of the source's. */
    private TablePage copyPage(SourceReader.Snapshot snapshot, Optional<List<String>> cursor)
            throws TargetRefusedException {
        requireCursorOf(mapping.key().size(), cursor);
        try {
            return snapshot.copy(bound, destination.tenancyId(), cursor, pageRows);
        } catch (SourceException e) {
            if (e.isAboutRows() && cursor.isPresent() && !source.isKey(bound, cursor.get())) {
                throw unreadableCursor();
            }
            throw e;
        }
    }

    private void requireCursorOf(int columns, Optional<List<String>> cursor) throws TargetRefusedException {
        if (cursor.isPresent() && cursor.get().size() != columns) {
            throw unreadableCursor();
        }
    }

    private TargetRefusedException unreadableCursor() {
        return new TargetRefusedException(new TargetFault(
                "TARGET_POSITION_UNREADABLE",
                Blame.DESTINATION,
                "The page_cursor of mapping '" + mapping.id() + "' in _external_db_sync_metadata is none that we wrote",
                "Delete that row of _external_db_sync_metadata; the mapping is then copied again",
                null,
                Scope.MAPPING,
                Pace.SOON));
    }

    private SourceFacts facts(SourceReader.Snapshot snapshot, Position position) {
        return snapshot.facts(destination, Map.of(bound, position)).get(mapping.id());
    }
}
