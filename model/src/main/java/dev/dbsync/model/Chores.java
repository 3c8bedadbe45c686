package dev.dbsync.model;

import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.model.Db.Destination;
import dev.dbsync.model.Db.Entry;
import dev.dbsync.model.Db.Generation;
import dev.dbsync.model.Db.History;
import dev.dbsync.model.Db.Mirror;
import dev.dbsync.model.Db.Request;
import dev.dbsync.model.Db.Table;
import dev.dbsync.model.InternalDatabase.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What is done now and then: retries that are due, claims taken back, new capture generations and histories announced, logs purged. Not the
 * sweep for forgotten tenancies: it must have nothing to find.
 */
final class Chores implements Actor {

    private static final int ABANDONED = 2;
    private static final int KINDS = 4;

    private final World world;
    private final List<Integer> tenancies = new ArrayList<>();
    private final List<Integer> generations = new ArrayList<>();
    private final List<Integer> histories = new ArrayList<>();
    private final List<Entry> doomed = new ArrayList<>();
    private Tx tx;
    private boolean purging;
    private boolean regardless;

    Chores(World world) {
        this.world = world;
    }

    boolean idle() {
        return tx == null;
    }

    @Override
    public boolean step(int choice) {
        if (tx != null && tx.lost()) {
            tx = null;
            purging = false;
            tenancies.clear();
            generations.clear();
            histories.clear();
            return said("loses its connection");
        }
        if (purging) {
            return purge();
        }
        if (tx != null) {
            if (world.unlucky(choice)) {
                world.source.rollback(tx);
                tx = null;
                tenancies.clear();
                generations.clear();
                histories.clear();
                return said("dies");
            }
            return enqueue();
        }
        int kind = Choice.of(choice, KINDS);
        for (int i = 0; i < KINDS; i++, kind++) {
            boolean done = switch (kind % KINDS) {
                case 0 -> dueRetries();
                case 1 -> takeBack();
                case 2 -> announce();
                default -> !world.resting() && lookWhatToPurge(choice);
            };
            if (done) {
                return true;
            }
        }
        return false;
    }

    /** enqueue_due_retries.sql. */
    private boolean dueRetries() {
        for (int i = 0; i < world.scenario.destinations(); i++) {
            Destination destination = world.source.db.destination(i);
            int tenancy = world.scenario.tenancyOf(i);
            if (destination != null
                    && !destination.paused()
                    && destination.nextAttempt() >= 0
                    && destination.nextAttempt() <= world.source.now
                    && !tenancies.contains(tenancy)
                    && !world.source.db.anyRequest(tenancy)) {
                tenancies.add(tenancy);
            }
        }
        if (tenancies.isEmpty()) {
            return false;
        }
        tenancies.sort(null);
        tx = world.source.begin();
        return said(() -> "finds retries due for tenancies " + tenancies);
    }

    /** take_generations.sql and take_histories.sql. */
    private boolean announce() {
        Db db = world.source.db;
        for (int i = 0; i < db.size(Table.GENERATION); i++) {
            if (db.generation(i) != null && !db.generation(i).announced()) {
                generations.add(i);
            }
        }
        for (int i = 0; i < db.size(Table.HISTORY) && world.on(Safeguard.HISTORY_WAKES_EVERYBODY); i++) {
            if (db.history(i) != null && !db.history(i).announced()) {
                histories.add(i);
            }
        }
        if (generations.isEmpty() && histories.isEmpty()) {
            return false;
        }
        for (int i = 0; i < world.scenario.tenancies(); i++) {
            if (world.hasDestination(i)) {
                tenancies.add(i);
            }
        }
        tx = world.source.begin();
        return said(() -> "announces generations " + generations + " and histories " + histories);
    }

    private boolean enqueue() {
        if (!tenancies.isEmpty()) {
            if (!world.source.enqueue(tx, tenancies.get(0), world.on(Safeguard.LOCKED_ENQUEUE))) {
                return false;
            }
            int tenancy = tenancies.remove(0);
            return said(() -> "enqueues tenancy " + tenancy);
        }
        generations.forEach(id -> world.source.write(tx, Table.GENERATION, id, new Generation(id, true)));
        generations.clear();
        for (int ordinal : histories) {
            History history = world.source.db.history(ordinal);
            world.source.write(tx, Table.HISTORY, ordinal, new History(history.history(), history.begin(), true));
        }
        histories.clear();
        world.source.commit(tx);
        tx = null;
        return said("commits");
    }

    /** take_back_abandoned.sql. */
    private boolean takeBack() {
        boolean some = false;
        Db db = world.source.db;
        for (int i = 0; i < db.size(Table.REQUEST); i++) {
            Request request = db.request(i);
            if (request == null
                    || !request.claimed()
                    || request.token() == 0
                    || request.renewedAt() >= world.source.now - ABANDONED
                    || world.source.lockedByAnother(null, Table.REQUEST, i)) {
                continue;
            }
            if (world.on(Safeguard.RECLAIM_IN_PLACE)) {
                world.source.statement(Table.REQUEST, i, request.freed(world.source.now));
            } else if (db.pending(request.tenancy()) == null
                    && !world.source.lockedByAnother(null, Table.PENDING, request.tenancy())) {
                world.source.statement(Table.REQUEST, i, new Request(i, request.tenancy(), false, 0, 0, 0, 0));
                world.invariants.pendingAgain(request);
            } else {
                continue;
            }
            some = true;
            said(() -> "takes request " + request.id() + " back, which nobody renews");
        }
        return some;
    }

    /** purge_changed.sql and purge_deleted.sql: the bound and what it dooms are of one snapshot. */
    private boolean lookWhatToPurge(int choice) {
        regardless = world.scenario.has(Fault.RETENTION) && Choice.second(choice, KINDS, 4) == 0;
        doomed.clear();
        doom(Table.CHANGED);
        doom(Table.DELETED);
        if (doomed.isEmpty()) {
            return false;
        }
        purging = true;
        tx = world.source.begin();
        return said(() -> "finds to purge"
                + (regardless ? ", being older than the retention, " : " ")
                + doomed.stream().map(world::text).toList());
    }

    private void doom(Table log) {
        for (int i = 0; i < world.source.db.size(log); i++) {
            Entry entry = world.source.db.entry(log, i);
            if (entry != null
                    && entry.sequenceId() > 0
                    && (regardless || entry.sequenceId() <= neededFrom(entry.tenancy()))) {
                doomed.add(entry);
            }
        }
    }

    private int neededFrom(int tenancy) {
        int needed = Integer.MAX_VALUE;
        for (int i = 0; i < world.scenario.destinations(); i++) {
            Mirror mirror = world.scenario.tenancyOf(i) == tenancy ? world.source.db.mirror(i) : null;
            if (mirror != null && world.source.db.destination(i) != null) {
                needed = mirror.neededFrom() < 0 ? needed : Math.min(needed, mirror.neededFrom());
                needed = mirror.watermark() < 0 ? needed : Math.min(needed, mirror.watermark());
            }
        }
        return needed;
    }

    private boolean purge() {
        Tx purge = tx;
        var floors = new int[world.scenario.tenancies()];
        for (Entry entry : doomed) {
            world.source.write(purge, entry.tombstone() ? Table.DELETED : Table.CHANGED, entry.logId(), null);
            floors[entry.tenancy()] = Math.max(floors[entry.tenancy()], entry.sequenceId());
        }
        for (int i = 0; i < floors.length; i++) {
            if (floors[i] > world.source.db.floor(i)) {
                world.source.write(purge, Table.FLOOR, i, floors[i]);
            }
        }
        said("purges it");
        if (!regardless) {
            world.invariants.purged(doomed);
        }
        world.source.commit(purge);
        purging = false;
        tx = null;
        return true;
    }

    private boolean said(String what) {
        world.say(this, what);
        return true;
    }

    private boolean said(Supplier<String> what) {
        world.say(this, what);
        return true;
    }

    /** The mirror of a copy that was just announced. */
    static Mirror announced(Mirror before, int last) {
        return new Mirror(Phase.COPYING, before == null ? -1 : before.watermark(), last);
    }

    @Override
    public String toString() {
        return "chores";
    }
}
