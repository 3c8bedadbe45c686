package dev.dbsync.model;

import dev.dbsync.model.Db.Entry;
import dev.dbsync.model.Db.Epoch;
import dev.dbsync.model.Db.History;
import dev.dbsync.model.Db.State;
import dev.dbsync.model.Db.Table;
import dev.dbsync.model.InternalDatabase.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One sequencer: {@code SequencingSession} and, statement by statement, {@code backfill_null_sequence_ids}. */
final class Sequencer implements Actor {

    private static final int LEASE = 4;

    private enum At {
        REST,
        NEWEST,
        SCAN_CHANGED,
        SCAN_DELETED,
        IDLE,
        GIVE_CHANGED,
        GIVE_DELETED,
        STATE,
        ENQUEUE,
        COMMIT,
        ANSWER
    }

    private final World world;
    private final int number;
    private final List<Integer> changed = new ArrayList<>();
    private final List<Integer> deleted = new ArrayList<>();
    private final List<Integer> tenancies = new ArrayList<>();

    private int id;
    private int knownEpoch;
    private int knownLast = -1;

    private At at = At.REST;
    private Tx tx;
    private State seen;
    private boolean stood;
    private boolean due;
    private boolean gave;
    private boolean idsCommitted;
    private int newestChanged;
    private int newestDeleted;
    private int candidateXid;
    private int changedThrough;
    private int deletedThrough;
    private int cursor;
    private int epoch;
    private int place;
    private int last;

    Sequencer(World world, int number) {
        this.world = world;
        this.number = number;
        this.id = world.identity();
    }

    boolean idle() {
        return at == At.REST;
    }

    @Override
    public boolean step(int choice) {
        if (tx != null && tx.lost()) {
            forget();
            return said("loses its connection, and with it what it remembers");
        }
        if (at == At.REST) {
            return (workIsThere() || !world.resting() && Choice.of(choice, 8) == 0) && begin();
        }
        if (world.unlucky(choice)) {
            return die(choice);
        }
        return switch (at) {
            case REST -> throw new IllegalStateException();
            case NEWEST -> newest();
            case SCAN_CHANGED -> {
                changedThrough = scan(Table.CHANGED, changed, seen.changedLow());
                at = At.SCAN_DELETED;
                yield said(() -> "finds in the log of changes " + changed);
            }
            case SCAN_DELETED -> scanDeleted();
            case IDLE -> idlePass();
            case GIVE_CHANGED -> giveChanged();
            case GIVE_DELETED -> {
                if (!give(Table.DELETED, deleted)) {
                    yield false;
                }
                at = At.STATE;
                yield true;
            }
            case STATE -> state();
            case ENQUEUE -> enqueue();
            case COMMIT -> commit();
            case ANSWER -> {
                world.source.show(tx);
                yield answered();
            }
        };
    }

    /** A connection that was not in use breaks, or some pooler keeps it over the server's restart. */
    void loseConnection() {
        if (at == At.REST) {
            forget();
        }
    }

    private boolean workIsThere() {
        State state = world.source.db.state();
        return state.leaderUntil() <= world.source.now
                || state.leader() == id && state.leaderUntil() < world.source.now + LEASE / 2
                || moved(state)
                || state.leader() == id
                        && (pendingFrom(Table.CHANGED, state.changedLow())
                                || pendingFrom(Table.DELETED, state.deletedLow()));
    }

    private boolean pendingFrom(Table log, int low) {
        for (int i = low; i < world.source.db.size(log); i++) {
            Entry entry = world.source.db.entry(log, i);
            if (entry != null && entry.sequenceId() == 0) {
                return true;
            }
        }
        return false;
    }

    private boolean begin() {
        State state = world.source.db.state();
        if (state.leader() != id && state.leaderUntil() > world.source.now) {
            return false;
        }
        Tx begun = world.source.begin();
        if (world.on(Safeguard.SEQUENCING_LOCK) && !world.source.lock(begun, Table.ADVISORY, 0)) {
            world.source.rollback(begun);
            return false;
        }
        tx = begun;
        seen = state;
        idsCommitted = false;
        cursor = seen.tenancyCursor();
        tenancies.clear();
        at = At.NEWEST;
        return said("begins a pass");
    }

    private boolean newest() {
        InternalDatabase source = world.source;
        stood = seen.candidateXid() >= 0
                && (source.xmin() >= seen.candidateXid() || !world.on(Safeguard.LOW_WATER_WAITS_FOR_XMIN));
        due = stood || seen.candidateXid() < 0;
        candidateXid = world.on(Safeguard.LOW_WATER_XID_TAKEN_AFTERWARDS) ? 0 : source.xmax();
        newestChanged = source.nextChanged - 1;
        newestDeleted = source.nextDeleted - 1;
        at = At.SCAN_CHANGED;
        return said(() -> "sees log ids up to " + newestChanged + " and " + newestDeleted + " taken"
                + (stood ? "; the candidate of its low water has stood" : ""));
    }

    /** @return every committed entry up to this log id is taken; all of them if the batch was not full */
    private int scan(Table log, List<Integer> found, int low) {
        found.clear();
        Db db = world.source.db;
        int batch = world.scenario.batch();
        for (int i = low; i < db.size(log) && found.size() < batch; i++) {
            Entry entry = db.entry(log, i);
            if (entry != null && entry.sequenceId() == 0) {
                found.add(i);
            }
        }
        return found.size() < batch ? Integer.MAX_VALUE : byTurns(log, found, low);
    }

    private int byTurns(Table log, List<Integer> found, int low) {
        Db db = world.source.db;
        int batch = world.scenario.batch();
        int tenancy = Integer.MAX_VALUE;
        for (int i = low; i < db.size(log); i++) {
            Entry entry = db.entry(log, i);
            if (entry != null && entry.sequenceId() == 0 && entry.tenancy() > cursor) {
                tenancy = Math.min(tenancy, entry.tenancy());
            }
        }
        if (log == Table.CHANGED) {
            cursor = tenancy == Integer.MAX_VALUE ? -1 : tenancy;
        }
        int inOrder = tenancy == Integer.MAX_VALUE ? batch : Math.max(batch / 2, 1);
        found.subList(inOrder, found.size()).clear();
        int through = found.get(found.size() - 1);
        for (int i = through + 1; i < db.size(log) && found.size() < batch; i++) {
            Entry entry = db.entry(log, i);
            if (entry != null && entry.sequenceId() == 0 && entry.tenancy() == tenancy) {
                found.add(i);
            }
        }
        return through;
    }

    private boolean scanDeleted() {
        deletedThrough = scan(Table.DELETED, deleted, seen.deletedLow());
        boolean idle = changed.isEmpty() && deleted.isEmpty();
        at = idle ? At.IDLE : At.GIVE_CHANGED;
        return said(() -> "finds among the tombstones " + deleted);
    }

    private boolean idlePass() {
        boolean leaseEnds = seen.leader() != id || seen.leaderUntil() < world.source.now + LEASE / 2;
        if (!leaseEnds && !moved(seen)) {
            world.source.rollback(tx);
            rest();
            return said("has nothing to do");
        }
        if (!world.source.lock(tx, Table.STATE, 0)) {
            return false;
        }
        gave = false;
        epoch = seen.epoch();
        last = seen.last();
        changedThrough = Integer.MAX_VALUE;
        deletedThrough = Integer.MAX_VALUE;
        beginHistory();
        writeState();
        at = At.COMMIT;
        return said("renews its lease");
    }

    /** It is another place than where the state was last written: what others have read may be lost there. */
    private boolean moved(State state) {
        return world.on(Safeguard.HISTORY_TICK) && state.place() != world.source.place;
    }

    private void beginHistory() {
        place = seen.place();
        if (moved(seen)) {
            place = world.source.place;
            int history = world.identity();
            world.source.write(tx, Table.HISTORY, world.source.nextHistory++, new History(history, seen.tick(), false));
            world.say(this, () -> "begins history " + history + " after tick " + seen.tick());
        }
    }

    private boolean giveChanged() {
        if (!lockAll(Table.CHANGED, changed)) {
            return false;
        }
        gave = true;
        beginHistory();
        epoch = seen.epoch();
        last = seen.last();
        if (world.source.nextSequenceId <= seen.last()) {
            world.source.nextSequenceId = seen.last() + 1;
        }
        boolean remembered = knownEpoch == seen.epoch() && knownLast == seen.last();
        if (seen.epoch() == 0 || moved(seen) || !remembered && world.on(Safeguard.EPOCH_COMPARE_AND_SET)) {
            epoch = world.identity();
            world.source.write(tx, Table.EPOCH, world.source.nextEpoch++, new Epoch(epoch, seen.last() + 1));
            world.say(this, () -> "begins epoch " + epoch + " at id " + (seen.last() + 1));
        }
        give(Table.CHANGED, changed);
        at = At.GIVE_DELETED;
        return true;
    }

    private boolean lockAll(Table log, List<Integer> ids) {
        for (int id : ids) {
            if (world.source.lockedByAnother(tx, log, id)) {
                return false;
            }
        }
        ids.forEach(id -> world.source.lock(tx, log, id));
        return true;
    }

    /** The newest entry of a key gets an id, the others go. */
    private boolean give(Table log, List<Integer> ids) {
        if (log == Table.DELETED && !lockAll(log, ids)) {
            return false;
        }
        for (int i = 0; i < ids.size(); i++) {
            Entry entry = world.source.db.entry(log, ids.get(i));
            if (entry == null) {
                continue;
            }
            boolean superseded = false;
            for (int other : ids) {
                Entry newer = world.source.db.entry(log, other);
                superseded |= newer != null
                        && newer.logId() > entry.logId()
                        && newer.tenancy() == entry.tenancy()
                        && newer.key() == entry.key()
                        && newer.targetKey() == entry.targetKey();
            }
            if (superseded) {
                world.source.write(tx, log, entry.logId(), null);
                continue;
            }
            Entry given = entry.given(world.source.nextSequenceId++);
            world.source.write(tx, log, entry.logId(), given);
            last = Math.max(last, given.sequenceId());
            wake(entry.tenancy());
            world.say(this, () -> "gives " + world.text(given));
        }
        return true;
    }

    private void wake(int tenancy) {
        if (!tenancies.contains(tenancy) && world.hasDestination(tenancy)) {
            tenancies.add(tenancy);
            tenancies.sort(null);
        }
    }

    private boolean state() {
        if (!world.source.lock(tx, Table.STATE, 0)) {
            return false;
        }
        writeState();
        at = world.on(Safeguard.ENQUEUE_IN_THE_SAME_TRANSACTION) && !tenancies.isEmpty() ? At.ENQUEUE : At.COMMIT;
        return said("writes its state");
    }

    private void writeState() {
        State now = world.source.db.state();
        int xid = world.on(Safeguard.LOW_WATER_XID_TAKEN_AFTERWARDS) ? world.source.xid(tx) : candidateXid;
        var next = new State(
                epoch,
                last,
                id,
                world.source.now + LEASE,
                stood ? Math.min(now.changedCandidate(), changedThrough) : now.changedLow(),
                stood ? Math.min(now.deletedCandidate(), deletedThrough) : now.deletedLow(),
                due ? newestChanged : now.changedCandidate(),
                due ? newestDeleted : now.deletedCandidate(),
                due ? xid : now.candidateXid(),
                cursor,
                now.tick() + 1,
                place);
        world.source.write(tx, Table.STATE, 0, next);
    }

    private boolean enqueue() {
        int tenancy = tenancies.get(0);
        if (!world.source.enqueue(tx, tenancy, world.on(Safeguard.LOCKED_ENQUEUE))) {
            return false;
        }
        tenancies.remove(0);
        if (tenancies.isEmpty()) {
            at = At.COMMIT;
        }
        return said(() -> "enqueues tenancy " + tenancy);
    }

    private boolean commit() {
        if (world.scenario.has(Fault.LATE_VISIBILITY) && !world.resting()) {
            world.source.harden(tx);
            at = At.ANSWER;
            return said("commits, and nobody sees it yet");
        }
        world.source.commit(tx);
        return answered();
    }

    private boolean answered() {
        if (gave && !idsCommitted) {
            knownEpoch = epoch;
            knownLast = last;
        }
        if (!tenancies.isEmpty()) {
            idsCommitted = true;
            tx = world.source.begin();
            at = At.ENQUEUE;
            return said("commits, and enqueues in a transaction of its own");
        }
        rest();
        return said("commits");
    }

    private boolean die(int choice) {
        if (at == At.ANSWER) {
            world.source.show(tx);
        } else if (at == At.COMMIT && Choice.of(choice, 2) == 0) {
            world.source.commit(tx);
        } else {
            world.source.rollback(tx);
        }
        boolean committed = at == At.ANSWER || at == At.COMMIT && Choice.of(choice, 2) == 0;
        forget();
        if (Choice.of(choice, 4) > 1) {
            id = world.identity();
        }
        return said(committed ? "dies, but has committed" : "dies");
    }

    private void forget() {
        rest();
        knownEpoch = 0;
        knownLast = -1;
    }

    private void rest() {
        tx = null;
        at = At.REST;
        gave = false;
        tenancies.clear();
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
        return "sequencer " + (number + 1);
    }
}
