package dev.dbsync.model;

import dev.dbsync.engine.sync.MappingPlan;
import dev.dbsync.engine.sync.SourceFacts;
import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.model.Db.Entry;
import dev.dbsync.model.Db.Request;
import dev.dbsync.model.Db.Row;
import dev.dbsync.model.Db.State;
import dev.dbsync.model.Db.Table;
import dev.dbsync.model.InternalDatabase.Tx;
import dev.dbsync.model.InternalDatabase.Write;
import dev.dbsync.model.Target.Stored;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** What holds after every step, and what holds once everybody has come to rest. Each broken promise is a {@link Violation}. */
final class Invariants {

    private final World world;
    private boolean rewound;

    Invariants(World world) {
        this.world = world;
    }

    /** From now on a target's mirror may be ahead of it. */
    void rewound() {
        rewound = true;
    }

    /** After every step that changed anything that is stored. */
    void check() {
        nothingIsBelowTheLowWater();
        oneRequestWaitsPerKey();
        for (int i = 0; i < world.targets.length; i++) {
            nothingWasPassed(i);
            nothingDisappears(i);
        }
    }

    /** Invariant 7. */
    void changedBy(Request claim, Request now, String how) {
        if (world.insists() && now.token() != claim.token()) {
            throw new Violation("7: a claim was " + how + " by somebody who no longer holds it: request " + claim.id()
                    + " is held by token " + now.token() + " and was claimed with " + claim.token());
        }
    }

    /** Invariant 3. */
    void pendingAgain(Request request) {
        if (world.insists()) {
            throw new Violation(
                    "3: claimed request " + request.id() + " is pending again, with whoever delivers it still at it");
        }
    }

    /** Invariant 4. */
    void movesOn(Stored before, Stored next) {
        if (before != null && next.watermark() < before.watermark()) {
            throw new Violation("4: a late run set the position back from " + before.watermark() + " to "
                    + next.watermark() + " without a copy");
        }
    }

    /** Invariant 8. */
    void belongs(Row row, int tenancy) {
        if (row.tenancy() != tenancy) {
            throw new Violation(
                    "8: a row of tenancy " + row.tenancy() + " is written to a database of tenancy " + tenancy);
        }
    }

    /**
     * Invariant 10: nothing above the start id of a copy that is about to begin goes, but by the retention. (What a target misses
     * all the same makes it be copied again; then {@link #check} has the last word.)
     */
    void purged(List<Entry> entries) {
        if (rewound || !world.insists()) {
            return;
        }
        for (Entry entry : entries) {
            for (Call call : world.calls) {
                if (call.beginsCopyBelow(entry)) {
                    throw new Violation(
                            "10: " + world.text(entry) + " is purged while " + call + " begins a copy that needs it");
                }
            }
        }
    }

    /** Invariant 2. */
    private void nothingIsBelowTheLowWater() {
        State state = world.source.db.state();
        if (state.changedLow() == 0 && state.deletedLow() == 0) {
            return;
        }
        Db db = world.source.db;
        for (int i = 1; i < state.changedLow(); i++) {
            requireSequenced(db.entry(Table.CHANGED, i));
        }
        for (int i = 1; i < state.deletedLow(); i++) {
            requireSequenced(db.entry(Table.DELETED, i));
        }
        for (Tx tx : world.source.others(null)) {
            for (Write write : tx.writes()) {
                if (write.table() == Table.CHANGED && write.id() < state.changedLow()
                        || write.table() == Table.DELETED && write.id() < state.deletedLow()) {
                    requireSequenced((Entry) write.after());
                }
            }
        }
    }

    private void requireSequenced(Entry entry) {
        if (entry != null && entry.sequenceId() == 0) {
            throw new Violation("2: " + world.text(entry) + " lies below the low water, where no pass looks");
        }
    }

    private void oneRequestWaitsPerKey() {
        Db db = world.source.db;
        int seen = 0;
        for (int i = 0; i < db.size(Table.REQUEST); i++) {
            Request request = db.request(i);
            if (request != null && !request.claimed()) {
                if ((seen & 1 << request.tenancy()) != 0) {
                    throw new Violation("3: two requests of tenancy " + request.tenancy() + " are pending");
                }
                seen |= 1 << request.tenancy();
            }
        }
    }

    /**
     * Invariants 2, 4, 5, 9 and 10: where a target follows the log and nothing tells the next run to copy again, every key that
     * no entry above its watermark will touch is as it is in the source.
     */
    private void nothingWasPassed(int destination) {
        Target target = world.targets[destination];
        Stored stored = target.position;
        if (stored == null
                || stored.position().phase() != Phase.FOLLOWING
                || world.source.db.destination(destination) == null
                || world.on(Safeguard.HISTORY_TICK) && world.source.db.state().place() != world.source.place
                || !trusted(destination, stored)) {
            return;
        }
        int tenancy = world.scenario.tenancyOf(destination);
        int owed = Reading.inFlight(world.source.db, tenancy, stored.watermark()) | target.byHand;
        for (int key = 0; key < target.rows.length; key++) {
            if ((owed & 1 << key) == 0 && !Objects.equals(target.rows[key], live(tenancy, key))) {
                throw new Violation(
                        "destination " + destination + " at " + world.text(stored) + " has at key " + key + " "
                                + target.rows[key] + ", the source has " + live(tenancy, key)
                                + ", and no entry above its watermark says so");
            }
        }
    }

    private boolean trusted(int destination, Stored stored) {
        Target target = world.targets[destination];
        if (target.identity == 0 || !stored.position().tableIdentity().equals(target.identityText())) {
            return !world.on(Safeguard.TABLE_IDENTITY);
        }
        SourceFacts facts = Reading.facts(world, destination, stored, false);
        return !(Reading.plan(world, stored, facts, target.identityText()) instanceof MappingPlan.StartCopy);
    }

    private Row live(int tenancy, int targetKey) {
        for (int key = 0; key < world.scenario.keys(); key++) {
            Row row = world.source.db.row(key);
            if (row != null && row.tenancy() == tenancy && row.targetKey() == targetKey) {
                return row;
            }
        }
        return null;
    }

    /** Invariant 12: a copy takes nothing away that was there when it began and that the source has had ever since. */
    private void nothingDisappears(int destination) {
        Target target = world.targets[destination];
        if (target.shown == 0) {
            return;
        }
        Phase phase = target.position.position().phase();
        if (phase != Phase.COPYING && phase != Phase.SWEEPING) {
            target.shown = 0;
            return;
        }
        for (int key = 0; key < target.rows.length; key++) {
            if ((target.shown & 1 << key) == 0) {
                continue;
            }
            if (live(world.scenario.tenancyOf(destination), key) == null) {
                target.shown &= ~(1 << key);
            } else if (target.rows[key] == null) {
                throw new Violation("12: a copy of destination " + destination + " has taken key " + key
                        + " away, which the source has had all the time");
            }
        }
    }

    /** Invariant 12; a request that was planned for and then lost makes the one before it be met once more. */
    void begins(MappingPlan.StartCopy copy, Target target, UUID request) {
        boolean asked = MappingPlan.RESYNC.equals(copy.reason());
        if (asked && !rewound && request != null && request.equals(target.met)) {
            throw new Violation("12: request " + request.getLeastSignificantBits() + " for a resync is met twice");
        }
        target.met = request;
    }

    /** Invariant 11: what a verification calls different was changed by hand. */
    void differs(int destination, int key, String tableIdentity) {
        Target target = world.targets[destination];
        boolean ours = target.identityText().equals(tableIdentity)
                && world.source.db.state().place() == world.source.place
                && (target.byHand & 1 << key) == 0;
        if (ours) {
            throw new Violation("11: a false alarm about key " + key + " of destination " + destination + " at "
                    + world.text(target.position) + ": it has " + target.rows[key]);
        }
    }

    /** Invariant 11: a verification that comes to its end has repaired what it found. */
    void verified(int destination) {
        Target target = world.targets[destination];
        if (target.found != 0) {
            throw new Violation("11: a verification of destination " + destination
                    + " is done, and of what it found nobody has repaired keys "
                    + Integer.toBinaryString(target.found));
        }
    }

    /** Once nothing is left to do, without the safety net. */
    void converged() {
        for (int i = 0; i < world.targets.length; i++) {
            if (world.source.db.destination(i) == null) {
                continue;
            }
            Target target = world.targets[i];
            if (target.asked != null && !target.asked.equals(target.met)) {
                throw new Violation(
                        "12: a resync of destination " + i + " was asked for, and no copy has begun for it");
            }
            if (target.position == null || target.position.position().phase() != Phase.FOLLOWING) {
                throw new Violation(
                        "nobody is left to copy destination " + i + ", which is at " + world.text(target.position));
            }
            for (int key = 0; key < target.rows.length; key++) {
                Row row = live(world.scenario.tenancyOf(i), key);
                if (!Objects.equals(target.rows[key], row)) {
                    throw new Violation("nobody is left who would correct destination " + i + " at "
                            + world.text(target.position) + ": at key " + key + " it has " + target.rows[key]
                            + ", the source has " + row);
                }
            }
        }
    }
}
