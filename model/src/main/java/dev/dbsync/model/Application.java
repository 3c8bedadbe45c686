package dev.dbsync.model;

import dev.dbsync.model.Db.Entry;
import dev.dbsync.model.Db.Generation;
import dev.dbsync.model.Db.Row;
import dev.dbsync.model.Db.Table;
import dev.dbsync.model.InternalDatabase.Tx;
import dev.dbsync.model.InternalDatabase.Write;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection of the application's, with capture in its transactions. A statement takes two steps: the row is written, with
 * which the transaction gets its id; then the triggers take log ids and write their entries.
 */
final class Application implements Actor {

    private static final int OPERATIONS = 12;

    private final World world;
    private final int number;
    private final List<Entry> captured = new ArrayList<>(2);
    private Tx tx;
    private boolean committing;

    Application(World world, int number) {
        this.world = world;
        this.number = number;
    }

    boolean idle() {
        return tx == null;
    }

    @Override
    public boolean step(int choice) {
        if (tx != null && tx.lost()) {
            return end("loses its connection");
        }
        if (committing) {
            world.source.show(tx);
            return end("sees its commit answered");
        }
        if (!captured.isEmpty()) {
            return capture();
        }
        if (tx == null) {
            return !world.resting() && operate(choice);
        }
        if (world.resting()) {
            return commit();
        }
        return switch (Choice.of(choice, 16)) {
            case 0 -> {
                world.source.rollback(tx);
                yield end("rolls back");
            }
            case 1, 2, 3, 4, 5, 6, 7 -> commit();
            default -> operate(choice / 16);
        };
    }

    private boolean commit() {
        if (world.scenario.has(Fault.LATE_VISIBILITY) && !world.resting()) {
            world.source.harden(tx);
            committing = true;
            world.say(this, "commits, and nobody sees it yet");
            return true;
        }
        world.source.commit(tx);
        return end("commits");
    }

    private boolean end(String how) {
        if (tx.lost()) {
            captured.clear();
        }
        world.say(this, how);
        tx = null;
        committing = false;
        return true;
    }

    private boolean operate(int choice) {
        int key = Choice.second(choice, OPERATIONS, world.scenario.keys());
        int rest = choice / OPERATIONS / world.scenario.keys();
        int targetKey = rest % world.scenario.targetKeys();
        int tenancy = rest / world.scenario.targetKeys() % world.scenario.tenancies();
        Tx at = tx == null ? world.source.begin() : tx;
        boolean done = operate(at, Choice.of(choice, OPERATIONS), key, targetKey, tenancy);
        if (done) {
            tx = at;
        } else if (tx == null) {
            world.source.rollback(at);
        }
        return done;
    }

    private boolean operate(Tx at, int operation, int key, int targetKey, int tenancy) {
        if (world.source.lockedByAnother(at, Table.SOURCE_TABLE, 0)) {
            return false;
        }
        Row before = row(at, key);
        return switch (operation) {
            case 0, 1, 2 -> before == null && write(at, key, null, new Row(tenancy, targetKey, world.value()));
            case 3, 4, 5 ->
                before != null && write(at, key, before, new Row(before.tenancy(), before.targetKey(), world.value()));
            case 6, 7 -> before != null && write(at, key, before, null);
            case 8 ->
                before != null
                        && targetKey != before.targetKey()
                        && write(at, key, before, new Row(before.tenancy(), targetKey, world.value()));
            case 9 ->
                before != null
                        && tenancy != before.tenancy()
                        && write(at, key, before, new Row(tenancy, before.targetKey(), world.value()));
            case 10 -> before != null && rekey(at, key, before, (key + 1) % world.scenario.keys());
            default -> world.scenario.has(Fault.TRUNCATE) && truncate(at);
        };
    }

    private boolean write(Tx at, int key, Row before, Row after) {
        if (after != null && taken(at, key, after) || !world.source.lock(at, Table.ROW, key)) {
            return false;
        }
        world.source.write(at, Table.ROW, key, after);
        captured(key, before, after);
        world.say(this, () -> "writes row " + key + ": " + before + " becomes " + after);
        return true;
    }

    private boolean rekey(Tx at, int key, Row before, int newKey) {
        if (newKey == key
                || row(at, newKey) != null
                || world.source.lockedByAnother(at, Table.ROW, newKey)
                || !world.source.lock(at, Table.ROW, key)
                || !world.source.lock(at, Table.ROW, newKey)) {
            return false;
        }
        world.source.write(at, Table.ROW, key, null);
        world.source.write(at, Table.ROW, newKey, before);
        captured.add(new Entry(true, 0, before.tenancy(), key, before.targetKey(), 0));
        captured.add(new Entry(false, 0, before.tenancy(), newKey, 0, 0));
        world.say(this, () -> "changes the key " + key + " to " + newKey + " of " + before);
        return true;
    }

    private boolean truncate(Tx at) {
        if (world.source.locksAny(at, Table.ROW) || !world.source.lock(at, Table.SOURCE_TABLE, 0)) {
            return false;
        }
        for (int key = 0; key < world.scenario.keys(); key++) {
            world.source.write(at, Table.ROW, key, null);
        }
        int id = world.source.nextGeneration++;
        world.source.write(at, Table.GENERATION, id, new Generation(id, false));
        world.say(this, () -> "truncates, which is generation " + id);
        return true;
    }

    /** As the triggers do it: what identifies a row that changed is a tombstone of the old values beside the new key. */
    private void captured(int key, Row before, Row after) {
        if (before != null
                && (after == null || before.tenancy() != after.tenancy() || before.targetKey() != after.targetKey())) {
            captured.add(new Entry(true, 0, before.tenancy(), key, before.targetKey(), 0));
        }
        if (after != null) {
            captured.add(new Entry(false, 0, after.tenancy(), key, 0, 0));
        }
    }

    private boolean capture() {
        for (Entry entry : captured) {
            Table log = entry.tombstone() ? Table.DELETED : Table.CHANGED;
            if (world.on(Safeguard.CAPTURE_NEVER_SKIPS) || entry.tombstone() || !waits(entry)) {
                int id = entry.tombstone() ? world.source.nextDeleted++ : world.source.nextChanged++;
                Entry logged = new Entry(entry.tombstone(), id, entry.tenancy(), entry.key(), entry.targetKey(), 0);
                world.source.write(tx, log, id, logged);
                world.say(this, () -> "logs " + world.text(logged));
            }
        }
        captured.clear();
        return true;
    }

    private boolean waits(Entry entry) {
        for (int i = 0; i < world.source.db.size(Table.CHANGED); i++) {
            Entry other = world.source.db.entry(Table.CHANGED, i);
            if (other != null
                    && other.sequenceId() == 0
                    && other.tenancy() == entry.tenancy()
                    && other.key() == entry.key()) {
                world.say(this, () -> "logs nothing, since " + world.text(other) + " is waiting");
                return true;
            }
        }
        return false;
    }

    /** The unique index over tenancy and target key, of rows as they are and as open transactions found or leave them. */
    private boolean taken(Tx at, int key, Row after) {
        for (int other = 0; other < world.scenario.keys(); other++) {
            if (other != key && same(row(at, other), after)) {
                return true;
            }
        }
        for (Tx another : world.source.others(at)) {
            for (Write write : another.writes()) {
                if (write.table() == Table.ROW
                        && write.id() != key
                        && (same((Row) write.after(), after) || same(world.source.db.row(write.id()), after))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean same(Row row, Row other) {
        return row != null && row.tenancy() == other.tenancy() && row.targetKey() == other.targetKey();
    }

    private Row row(Tx at, int key) {
        List<Write> writes = at.writes();
        for (int i = writes.size() - 1; i >= 0; i--) {
            if (writes.get(i).table() == Table.ROW && writes.get(i).id() == key) {
                return (Row) writes.get(i).after();
            }
        }
        return world.source.db.row(key);
    }

    @Override
    public String toString() {
        return "application " + (char) ('A' + number);
    }
}
