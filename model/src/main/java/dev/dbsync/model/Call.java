package dev.dbsync.model;

import dev.dbsync.engine.sync.MappingPlan;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.model.Db.Destination;
import dev.dbsync.model.Db.Entry;
import dev.dbsync.model.Db.Mirror;
import dev.dbsync.model.Db.Row;
import dev.dbsync.model.Db.Table;
import dev.dbsync.model.InternalDatabase.Tx;
import dev.dbsync.model.Target.Stored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * One delivery as the engine works it off: {@code TenancySyncService}, {@code DestinationRunner}, {@code DestinationRun} and
 * {@code MappingSync}, statement by statement. A tenancy's databases, which know nothing of one another, take turns.
 */
final class Call implements Actor {

    private static final int MOMENT = 1;
    private static final int BACKOFF = 2;
    private static final List<Optional<List<String>>> CURSORS = cursors();

    private enum At {
        FREE,
        LOAD,
        ENTER,
        PREPARE,
        PROVEN,
        LOOK,
        LOCK,
        LOOK_AGAIN,
        READ,
        RESOLVE,
        ANNOUNCE,
        START,
        KEYS,
        MISSING,
        APPLY,
        ROWS,
        AFTER,
        STOP,
        END,
        SETTLE,
        FAILED,
        DATABASE_FAILED
    }

    /**
     * A chunk in memory.
     *
     * @param version of the position's row that it was read behind; every commit makes another
     */
    private record Ahead(Stored version, Reading reading) {}

    private record Wanted(int destination, int nextAttempt) {}

    private final World world;
    private final int number;
    private final int process;
    private final List<Wanted> wanted = new ArrayList<>(2);

    private At at = At.FREE;
    private int tenancy;
    private Poller.Delivery delivery;

    private Wanted run;
    private Target target;
    private int life;
    private String tableIdentity;
    private boolean logFirst;
    private boolean nothingLeft;
    private Stored unmirrored;
    private Ahead ahead;
    private boolean fromMemory;

    private Stored position;
    private Reading reading;
    private UUID request;
    private Row[] early;
    private int server;
    private MappingPlan plan;
    private int[] keys;
    private Stored next;
    private final List<Integer> deletes = new ArrayList<>(2);
    private final List<Row> upserts = new ArrayList<>(2);

    Call(World world, int number, int process) {
        this.world = world;
        this.number = number;
        this.process = process;
    }

    boolean idle() {
        return at == At.FREE;
    }

    boolean worksFor(Poller.Delivery awaited) {
        return delivery == awaited;
    }

    void begin(int tenancyId, Poller.Delivery from) {
        tenancy = tenancyId;
        delivery = from;
        at = At.LOAD;
        server = world.source.server;
    }

    /** Whether a statement of this run keeps others from truncating or dropping the target's table. */
    boolean uses(Target other) {
        return target == other && (at == At.MISSING || at == At.APPLY && plan instanceof MappingPlan.SweepPage);
    }

    /** What would be written next, where something was read already; null otherwise. */
    Stored underWay() {
        return switch (at) {
            case RESOLVE, MISSING -> new Stored(position.position(), reading.readUpTo());
            case ANNOUNCE, APPLY, ROWS -> next;
            default -> null;
        };
    }

    /** Whether a copy is about to begin with a start id that was read already, and is below the entry. */
    boolean beginsCopyBelow(Entry entry) {
        return plan instanceof MappingPlan.StartCopy
                && (at == At.APPLY || at == At.ANNOUNCE)
                && next != null
                && tenancy == entry.tenancy()
                && next.watermark() < entry.sequenceId();
    }

    int destination() {
        return run == null ? -1 : run.destination;
    }

    @Override
    public boolean step(int choice) {
        if (at == At.FREE) {
            return false;
        }
        if (world.unlucky(choice)) {
            return fail(choice);
        }
        return switch (at) {
            case FREE -> false;
            case LOAD -> load();
            case ENTER -> enter();
            case PREPARE -> prepare();
            case PROVEN -> proven();
            case LOOK -> look();
            case LOCK -> lock(choice);
            case LOOK_AGAIN -> lookAgain();
            case READ -> read();
            case RESOLVE -> resolve();
            case ANNOUNCE -> announce();
            case START -> start();
            case KEYS -> keys();
            case MISSING -> missing();
            case APPLY -> apply(true);
            case ROWS -> rows();
            case AFTER -> after(choice);
            case STOP -> stop();
            case END -> end();
            case SETTLE -> settle();
            case FAILED -> failed();
            case DATABASE_FAILED -> databaseFailed();
        };
    }

    // -- the tenancy
    // ---------------------------------------------------------------------------------------------------

    private boolean load() {
        wanted.clear();
        for (int i = 0; i < world.scenario.destinations(); i++) {
            Destination found = world.source.db.destination(i);
            if (world.scenario.tenancyOf(i) == tenancy
                    && found != null
                    && !found.paused()
                    && found.nextAttempt() <= world.source.now) {
                wanted.add(new Wanted(i, found.nextAttempt()));
            }
        }
        said(() -> "is asked for tenancy " + tenancy + " and loads " + wanted);
        return nextDestination();
    }

    private boolean nextDestination() {
        release();
        run = null;
        target = null;
        unmirrored = null;
        ahead = null;
        if (wanted.isEmpty()) {
            answer(true);
        } else {
            run = wanted.remove(0);
            at = At.ENTER;
        }
        return true;
    }

    private void answer(boolean ok) {
        release();
        if (delivery != null) {
            delivery.answer(ok);
        }
        delivery = null;
        run = null;
        target = null;
        at = At.FREE;
        said(ok ? "answers: done, or owed" : "answers: failed");
    }

    private boolean enter() {
        for (Call other : world.calls) {
            if (other != this
                    && other.process == process
                    && other.target != null
                    && other.destination() == destination()) {
                said(() -> "finds this process running destination " + destination());
                return putOff();
            }
        }
        target = world.targets[run.destination];
        logFirst = false;
        at = At.PREPARE;
        return true;
    }

    private boolean putOff() {
        Destination now = world.source.db.destination(run.destination);
        if (now != null && now.nextAttempt() <= world.source.now) {
            world.source.statement(
                    Table.DESTINATION, run.destination, new Destination(now.paused(), world.source.now + MOMENT));
        }
        said(() -> "puts destination " + run.destination + " off");
        return mirrored() && nextDestination();
    }

    // -- one destination
    // -----------------------------------------------------------------------------------------------

    private boolean prepare() {
        life = target.life;
        if (target.position == null) {
            target.position = Stored.INITIAL;
        }
        position = target.position;
        at = At.PROVEN;
        return said(() -> "finds in destination " + run.destination + " " + world.text(position));
    }

    private boolean proven() {
        at = At.LOOK;
        Destination now = world.source.db.destination(run.destination);
        if (now != null && now.nextAttempt() >= 0 && !world.on(Safeguard.DEBT_OUTLIVES_ITS_RUN)) {
            world.source.statement(Table.DESTINATION, run.destination, new Destination(now.paused(), -1));
            return said("notes that it can be reached: no attempt is due any more");
        }
        return true;
    }

    private boolean look() {
        if (target.life != life) {
            return targetFails();
        }
        tableIdentity = target.identityText();
        Reading found = Reading.of(world, run.destination, position);
        if (found.plan(world, position, tableIdentity, false) instanceof MappingPlan.CaughtUp) {
            if (!Reading.shows(world.source.db.mirror(run.destination), position)) {
                unmirrored = position;
            }
            at = At.END;
            return said("finds nothing to do");
        }
        at = At.LOCK;
        return said("finds something to do");
    }

    private boolean lock(int choice) {
        if (target.life != life) {
            return targetFails();
        }
        if (world.on(Safeguard.POSITION_LOCK)) {
            if (target.holder != null) {
                return Choice.of(choice, 4) == 3 && said("does not get the position") && putOff();
            }
            target.holder = this;
        }
        if (target.position == null) {
            return said("finds no position") && putOff();
        }
        position = target.position;
        boolean strange = position.position().phase() != Phase.PENDING
                && !position.position().tableIdentity().equals(tableIdentity);
        at = strange && world.on(Safeguard.TABLE_LOOKED_AT_UNDER_THE_LOCK) ? At.LOOK_AGAIN : At.READ;
        early = world.on(Safeguard.ONE_SNAPSHOT) ? null : world.source.db.rows(world.scenario.keys());
        return said(() -> "locks " + world.text(position));
    }

    /** Another run may have made the table since, and copied it. */
    private boolean lookAgain() {
        if (target.life != life) {
            return targetFails();
        }
        tableIdentity = target.identityText();
        at = At.READ;
        return said("looks at the table again");
    }

    private boolean read() {
        server = world.source.server;
        reading = early == null
                ? Reading.of(world, run.destination, position)
                : Reading.of(world, run.destination, position, early);
        if (!reading.facts().wanted()) {
            return said("is not wanted any more") && putOff();
        }
        plan = reading.plan(world, position, tableIdentity, logFirst);
        request = reading.facts().resync();
        said(() -> "reads the source: " + plan
                + (reading.news().isEmpty() ? "" : ", the log holds " + texts(reading.news())));
        if (plan instanceof MappingPlan.CaughtUp) {
            unmirrored = position;
            at = At.END;
            return true;
        }
        next = null;
        takeAhead();
        if (plan instanceof MappingPlan.StartCopy) {
            at = world.on(Safeguard.COPY_ANNOUNCED_BEFORE_START_ID) ? At.ANNOUNCE : At.START;
        } else {
            at = plan instanceof MappingPlan.SweepPage ? At.KEYS : At.RESOLVE;
        }
        return true;
    }

    /** {@code ChunkedCopy.takeAhead}: the facts of now decide, and the rows of before are written. */
    private void takeAhead() {
        fromMemory = false;
        if (ahead == null || !(plan instanceof MappingPlan.CopyPage)) {
            return;
        }
        Ahead taken = ahead;
        ahead = null;
        fromMemory = passesTheFence(taken.version())
                && taken.reading().facts().generation() == reading.facts().generation()
                && !isOfAnotherHistory(taken.reading());
        if (fromMemory) {
            reading = taken.reading();
            said("has read these rows before");
        }
    }

    private boolean passesTheFence(Stored version) {
        return world.on(Safeguard.READ_AHEAD_FENCE)
                ? version == position
                : version.position().cursor().equals(position.position().cursor());
    }

    /** The table is read in the snapshot of the facts; but a truncate that has committed meanwhile shows in every snapshot. */
    private boolean resolve() {
        if (world.source.server != server) {
            return sourceFails();
        }
        if (!fromMemory && world.source.lockedByAnother(null, Table.SOURCE_TABLE, 0)) {
            return false;
        }
        Row[] rows = reading.rows();
        if (!fromMemory && world.source.truncates != reading.truncates()) {
            rows = new Row[world.scenario.keys()];
            reading = reading.seenUpTo(world.source.visible);
        }
        deletes.clear();
        upserts.clear();
        nothingLeft = false;
        Position followed = plan instanceof MappingPlan.FollowPage ? follow(rows) : copy(rows);
        next = stored(followed, reading);
        at = At.APPLY;
        return said(() -> "will delete keys " + deletes + " and write " + upserts);
    }

    private Stored stored(Position after, Reading read) {
        return new Stored(after.readAt(read.facts().moment()), Math.max(position.readUpTo(), read.readUpTo()));
    }

    private Position follow(Row[] rows) {
        var touched = new ArrayList<Integer>(2);
        var firstIds = new ArrayList<Integer>(2);
        for (Entry entry : reading.news()) {
            Row row = rows[entry.key()];
            int targetKey = entry.tombstone() ? entry.targetKey() : row == null ? -1 : row.targetKey();
            if (targetKey >= 0 && !touched.contains(targetKey)) {
                touched.add(targetKey);
                firstIds.add(entry.sequenceId());
            }
        }
        int resolved = Math.min(touched.size(), world.scenario.pageKeys());
        for (int i = 0; i < resolved; i++) {
            int targetKey = touched.get(i);
            Row live = world.on(Safeguard.LIVE_ROW_BEATS_TOMBSTONE) ? live(rows, targetKey) : lastWord(rows, targetKey);
            if (live == null) {
                deletes.add(targetKey);
            } else {
                upserts.add(live);
            }
        }
        int last = reading.news().get(reading.news().size() - 1).sequenceId();
        int watermark = resolved < touched.size() ? firstIds.get(resolved - 1) : last;
        nothingLeft = resolved == touched.size()
                && reading.news().size() < world.scenario.pageRows()
                && position.position().phase() == Phase.FOLLOWING;
        return position.position().followed(watermark, Reading.epochOf(world.source.db, watermark));
    }

    private Row live(Row[] rows, int targetKey) {
        for (Row row : rows) {
            if (row != null
                    && row.targetKey() == targetKey
                    && (row.tenancy() == tenancy || !world.on(Safeguard.TENANCY_IN_EVERY_QUERY))) {
                return row;
            }
        }
        return null;
    }

    /** As one would do it who applies the log as it comes. */
    private Row lastWord(Row[] rows, int targetKey) {
        Row word = null;
        for (Entry entry : reading.news()) {
            Row row = rows[entry.key()];
            if (entry.tombstone() && entry.targetKey() == targetKey) {
                word = null;
            } else if (!entry.tombstone() && row != null && row.targetKey() == targetKey && row.tenancy() == tenancy) {
                word = row;
            }
        }
        return word;
    }

    private Position copy(Row[] rows) {
        int from = position.position().cursor().map(Call::number).orElse(-1) + 1;
        int last = -1;
        int found = 0;
        for (int key = from; key < rows.length && found < world.scenario.pageRows(); key++) {
            if (rows[key] != null && rows[key].tenancy() == tenancy) {
                upserts.add(rows[key]);
                last = key;
                found++;
            }
        }
        boolean more = found >= world.scenario.pageRows();
        Position after = position.position().copied(cursor(last), found, more);
        boolean startsHere = !more
                && !world.on(Safeguard.START_ID_BEFORE_ROWS)
                && reading.facts().lastSequenceId() > 0;
        return startsHere
                ? after.followed(
                        reading.facts().lastSequenceId(), reading.facts().currentEpoch())
                : after;
    }

    private boolean announce() {
        if (world.source.db.destination(run.destination) == null) {
            return said("is not wanted any more") && putOff();
        }
        Mirror before = world.source.db.mirror(run.destination);
        int last = world.source.db.state().last();
        world.source.statement(Table.MIRROR, run.destination, Chores.announced(before, last));
        if (!world.on(Safeguard.RESYNC_ID_WITH_THE_COPY)) {
            world.source.statement(Table.RESYNC, run.destination, null);
        }
        at = next == null ? At.START : At.APPLY;
        return said(() -> "announces a copy: nothing above " + last + " may be purged");
    }

    private boolean start() {
        reading = Reading.of(world, run.destination, Stored.INITIAL);
        if (world.on(Safeguard.RESYNC_ID_WITH_THE_COPY)) {
            request = reading.facts().resync();
        }
        deletes.clear();
        upserts.clear();
        Position begun = Position.copyFrom(
                reading.facts().lastSequenceId(),
                reading.facts().currentEpoch(),
                reading.facts().generation(),
                Reading.hash(),
                tableIdentity,
                false,
                reading.facts().moment(),
                world.on(Safeguard.RESYNC_ID_WITH_THE_COPY) ? request : null);
        next = new Stored(begun, reading.readUpTo());
        at = world.on(Safeguard.COPY_ANNOUNCED_BEFORE_START_ID) ? At.APPLY : At.ANNOUNCE;
        return said(() -> "reads the start id " + next.watermark());
    }

    private boolean keys() {
        if (target.life != life || target.identity == 0) {
            return targetFails();
        }
        int from = position.position().cursor().map(Call::number).orElse(-1) + 1;
        var found = new ArrayList<Integer>(2);
        for (int key = from; key < target.rows.length && found.size() < world.scenario.pageRows(); key++) {
            if (target.rows[key] != null) {
                found.add(key);
            }
        }
        keys = found.stream().mapToInt(Integer::intValue).toArray();
        deletes.clear();
        upserts.clear();
        at = At.MISSING;
        return said(() -> "reads the target's keys " + found);
    }

    private boolean missing() {
        if (keys.length > 0) {
            if (world.source.lockedByAnother(null, Table.SOURCE_TABLE, 0)) {
                return false;
            }
            Reading later = Reading.of(world, run.destination, position);
            if (isOfAnotherHistory(later)) {
                return said("finds that another history has begun, which has to judge the position first") && putOff();
            }
            reading = later;
            for (int key : keys) {
                if (live(reading.rows(), key) == null) {
                    deletes.add(key);
                }
            }
        }
        boolean more = keys.length >= world.scenario.pageRows();
        Optional<List<String>> last = more ? cursor(keys[keys.length - 1]) : Optional.empty();
        next = stored(position.position().swept(last, more), reading);
        at = At.APPLY;
        return said(() -> "finds that the source has no " + deletes);
    }

    private boolean isOfAnotherHistory(Reading later) {
        return !later.facts().moment().history().equals(reading.facts().moment().history());
    }

    // -- the target's transaction
    // --------------------------------------------------------------------------------------

    /** @param answered whether the answer to the commit arrives */
    private boolean apply(boolean answered) {
        if (target.life != life || needsTable() && target.identity == 0) {
            return targetFails();
        }
        if (plan instanceof MappingPlan.StartCopy start) {
            int there = target.keys() & ~target.byHand;
            readyForCopy();
            target.shown = there;
            world.invariants.begins(start, target, request);
        } else {
            world.invariants.movesOn(target.position, next);
        }
        if (world.on(Safeguard.ROWS_AND_POSITION_TOGETHER)) {
            write();
        }
        target.position = next;
        world.source.changes++;
        said(() -> "commits " + world.text(next) + (answered ? "" : ", but the answer is lost"));
        if (!world.on(Safeguard.ROWS_AND_POSITION_TOGETHER)) {
            at = At.ROWS;
            return true;
        }
        release();
        if (answered) {
            committed();
        }
        return true;
    }

    private void committed() {
        unmirrored = next;
        logFirst = !(plan instanceof MappingPlan.FollowPage);
        // What came since comes with a request of its own.
        at = nothingLeft && plan instanceof MappingPlan.FollowPage ? At.END : At.AFTER;
    }

    private boolean needsTable() {
        return !(plan instanceof MappingPlan.StartCopy) && (!deletes.isEmpty() || !upserts.isEmpty());
    }

    private void readyForCopy() {
        if (target.identity == 0 || !world.on(Safeguard.COPY_LEAVES_ROWS)) {
            target.renew();
        }
        tableIdentity = target.identityText();
        Position begun = next.position();
        next = new Stored(
                Position.copyFrom(
                        begun.watermark(),
                        begun.epoch(),
                        begun.generation(),
                        begun.mappingHash(),
                        tableIdentity,
                        !target.empty() && world.on(Safeguard.COPY_IS_SWEPT),
                        begun.moment(),
                        begun.resync()),
                next.readUpTo());
    }

    private void write() {
        for (int key : deletes) {
            target.write(key, null);
        }
        for (Row row : upserts) {
            world.invariants.belongs(row, tenancy);
            target.write(row.targetKey(), row);
        }
    }

    private boolean rows() {
        if (target.life != life || needsTable() && target.identity == 0) {
            return targetFails();
        }
        write();
        world.source.changes++;
        release();
        committed();
        return said("writes the rows");
    }

    // -- afterwards
    // ----------------------------------------------------------------------------------------------------

    private boolean after(int choice) {
        int option = world.resting() ? 7 : Choice.of(choice, 8);
        if (option == 0 && unmirrored != null) {
            return mirrored() && said("mirrors the position");
        }
        if (option > 1 && world.readsAhead && plan instanceof MappingPlan.CopyPage && ahead == null) {
            return readAhead();
        }
        at = option == 1 ? At.STOP : At.LOCK;
        return option == 1 ? said("stops before the end") : step(Choice.PLAIN);
    }

    /** The table is locked before the snapshot is taken, so nobody truncates it in between. */
    private boolean readAhead() {
        if (world.source.lockedByAnother(null, Table.SOURCE_TABLE, 0)) {
            return false;
        }
        ahead = new Ahead(next, Reading.of(world, run.destination, next));
        return said("reads ahead");
    }

    private boolean stop() {
        Tx tx = world.source.begin();
        if (!world.source.enqueue(tx, tenancy, world.on(Safeguard.LOCKED_ENQUEUE))) {
            world.source.rollback(tx);
            return false;
        }
        world.source.commit(tx);
        at = At.SETTLE;
        return said("enqueues its tenancy again");
    }

    private boolean end() {
        release();
        mirrored();
        at = At.SETTLE;
        return said("is through");
    }

    /** What was due when the run began is done; what became due since is not. */
    private boolean settle() {
        Destination now = world.source.db.destination(run.destination);
        if (world.on(Safeguard.DEBT_OUTLIVES_ITS_RUN)
                && now != null
                && now.nextAttempt() >= 0
                && now.nextAttempt() == run.nextAttempt) {
            world.source.statement(Table.DESTINATION, run.destination, new Destination(now.paused(), -1));
        }
        return mirrored() && nextDestination();
    }

    private boolean mirrored() {
        if (unmirrored != null && world.source.db.destination(run.destination) != null) {
            Mirror before = world.source.db.mirror(run.destination);
            Phase phase = unmirrored.position().phase();
            int neededFrom = phase == Phase.FOLLOWING || before == null ? -1 : before.neededFrom();
            world.source.statement(
                    Table.MIRROR, run.destination, new Mirror(phase, unmirrored.watermark(), neededFrom));
        }
        unmirrored = null;
        return true;
    }

    private boolean failed() {
        release();
        mirrored();
        at = At.DATABASE_FAILED;
        return true;
    }

    private boolean databaseFailed() {
        Destination now = world.source.db.destination(run.destination);
        if (now != null) {
            world.source.statement(
                    Table.DESTINATION, run.destination, new Destination(now.paused(), world.source.now + BACKOFF));
        }
        said(() -> "owes destination " + run.destination + " from now on");
        return nextDestination();
    }

    // -- what goes wrong
    // -----------------------------------------------------------------------------------------------

    private boolean fail(int choice) {
        boolean inTarget = run != null && at.ordinal() >= At.PREPARE.ordinal() && at.ordinal() < At.END.ordinal();
        int way = Choice.of(choice, 4);
        if (at == At.APPLY && way < 2 && target.life == life && !(needsTable() && target.identity == 0)) {
            apply(false);
            return way == 0 ? targetFails() : die();
        }
        return way == 2 && inTarget ? targetFails() : way == 3 ? sourceFails() : die();
    }

    private boolean targetFails() {
        release();
        at = At.FAILED;
        return said("is failed by the target");
    }

    private boolean sourceFails() {
        said("is failed by the source");
        answer(false);
        return true;
    }

    private boolean die() {
        release();
        delivery = null;
        run = null;
        target = null;
        at = At.FREE;
        return said("dies");
    }

    private void release() {
        if (target != null && target.holder == this) {
            target.holder = null;
        }
    }

    // -- odds and ends
    // -------------------------------------------------------------------------------------------------

    private static List<Optional<List<String>>> cursors() {
        var cursors = new ArrayList<Optional<List<String>>>();
        for (int i = 0; i < 8; i++) {
            cursors.add(Optional.of(List.of(Integer.toString(i))));
        }
        return List.copyOf(cursors);
    }

    private static Optional<List<String>> cursor(int key) {
        return key < 0 ? Optional.empty() : CURSORS.get(key);
    }

    private static int number(List<String> cursor) {
        return Integer.parseInt(cursor.get(0));
    }

    private String texts(List<Entry> entries) {
        return Arrays.toString(entries.stream().map(world::text).toArray());
    }

    private boolean said(String what) {
        world.say(this, what);
        return true;
    }

    private boolean said(Supplier<String> what) {
        world.say(this, what);
        return true;
    }

    @Override
    public String toString() {
        return "engine run " + (number + 1) + (world.scenario.processes() > 1 ? " of process " + (process + 1) : "");
    }
}
