package dev.dbsync.model;

import dev.dbsync.model.Db.Request;
import dev.dbsync.model.Db.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * The internal database: what is committed, who has a transaction open, what they hold, and the order of commits.
 *
 * <p>A transaction's writes are its own until it commits; locks end with it. Sequences and transaction ids belong to nobody and
 * never go back, except with the whole database. What is read in one snapshot is read in one step, so no older versions are kept.
 */
final class InternalDatabase {

    record Write(Table table, int id, Object after) {}

    private record Lock(Table table, int id) {}

    /** An open transaction. */
    static final class Tx {
        private final List<Write> writes = new ArrayList<>(4);
        private final List<Lock> locks = new ArrayList<>(4);
        private int xid;
        private boolean ended;
        private boolean lost;
        private int place;

        /** Whether the server went down with it. */
        boolean lost() {
            return lost;
        }

        List<Write> writes() {
            return writes;
        }
    }

    private final boolean remembers;
    private final Db first;
    private final List<List<Write>> log = new ArrayList<>();
    private final List<Tx> open = new ArrayList<>(4);
    private final List<Tx> hidden = new ArrayList<>(2);
    private int nextXid = 1;
    private int newestEnded;

    Db db;
    int now;

    /** Counts what ends every connection. */
    int server = 1;

    /** Server and timeline, as far as the sequencer can tell. */
    int place = 1;

    int truncates;
    int changes;

    /** How much of the log somebody may have seen. */
    int visible;

    int nextChanged = 1;
    int nextDeleted = 1;
    int nextSequenceId = 1;
    int nextEpoch = 1;
    int nextHistory = 2;
    int nextGeneration = 2;
    private int nextRequest;

    /** @param remembers whether it may be asked to go back */
    InternalDatabase(Db initial, boolean remembers) {
        this.db = initial;
        this.remembers = remembers;
        this.first = remembers ? initial.copy() : null;
    }

    Tx begin() {
        var tx = new Tx();
        open.add(tx);
        return tx;
    }

    /** The transaction's id, given with its first write. */
    int xid(Tx tx) {
        if (tx.xid == 0) {
            tx.xid = nextXid++;
        }
        return tx.xid;
    }

    int nextXid() {
        return nextXid;
    }

    void write(Tx tx, Table table, int id, Object after) {
        xid(tx);
        tx.writes.add(new Write(table, id, after));
    }

    /** One past the newest id that has ended. */
    int xmax() {
        return newestEnded + 1;
    }

    /** Every transaction with a lower id has ended. */
    int xmin() {
        int xmin = nextXid;
        for (Tx tx : open) {
            if (tx.xid > 0 && tx.xid < xmin) {
                xmin = tx.xid;
            }
        }
        for (Tx tx : hidden) {
            if (tx.xid > 0 && tx.xid < xmin) {
                xmin = tx.xid;
            }
        }
        return xmin;
    }

    /** @return false if somebody else has it locked; then one waits, which is taking no step, or skips it */
    boolean lock(Tx tx, Table table, int id) {
        if (lockedByAnother(tx, table, id)) {
            return false;
        }
        tx.locks.add(new Lock(table, id));
        return true;
    }

    boolean lockedByAnother(Tx tx, Table table, int id) {
        return holds(open, tx, table, id) || holds(hidden, tx, table, id);
    }

    private static boolean holds(List<Tx> among, Tx except, Table table, int id) {
        for (int i = 0; i < among.size(); i++) {
            Tx other = among.get(i);
            if (other != except) {
                for (int k = 0; k < other.locks.size(); k++) {
                    Lock lock = other.locks.get(k);
                    if (lock.table == table && lock.id == id) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    boolean locksAny(Tx except, Table table) {
        for (Tx other : open) {
            if (other != except && other.locks.stream().anyMatch(lock -> lock.table == table)) {
                return true;
            }
        }
        for (Tx other : hidden) {
            if (other != except && other.locks.stream().anyMatch(lock -> lock.table == table)) {
                return true;
            }
        }
        return false;
    }

    /** Other transactions whose effect nobody sees yet. */
    List<Tx> others(Tx except) {
        var others = new ArrayList<>(open);
        others.addAll(hidden);
        others.remove(except);
        return others;
    }

    void commit(Tx tx) {
        harden(tx);
        show(tx);
    }

    /** Writes the commit to the log: from now on it survives, but nobody sees it. */
    void harden(Tx tx) {
        tx.ended = true;
        if (remembers && !tx.writes.isEmpty()) {
            log.add(tx.writes);
        }
        tx.place = log.size();
        open.remove(tx);
        hidden.add(tx);
    }

    void show(Tx tx) {
        hidden.remove(tx);
        newestEnded = Math.max(newestEnded, tx.xid);
        visible = Math.max(visible, tx.place);
        changes++;
        for (int i = 0; i < tx.writes.size(); i++) {
            Write write = tx.writes.get(i);
            db.put(write.table, write.id, write.after);
            truncates += write.table == Table.GENERATION && !((Db.Generation) write.after).announced() ? 1 : 0;
        }
    }

    void rollback(Tx tx) {
        if (!tx.ended) {
            tx.ended = true;
            newestEnded = Math.max(newestEnded, tx.xid);
            open.remove(tx);
        }
    }

    /** One statement that is a transaction of its own. */
    void statement(Table table, int id, Object after) {
        if (remembers) {
            log.add(List.of(new Write(table, id, after)));
            visible = log.size();
        }
        changes++;
        db.put(table, id, after);
    }

    /**
     * Sees to it that an unclaimed request of the tenancy will be there once the transaction commits.
     *
     * @return false if it has to wait
     */
    boolean enqueue(Tx tx, int tenancy, boolean locked) {
        for (Write write : tx.writes) {
            if (write.table == Table.REQUEST
                    && write.after instanceof Request request
                    && !request.claimed()
                    && request.tenancy() == tenancy) {
                return true;
            }
        }
        Request pending = db.pending(tenancy);
        if (pending != null) {
            return !locked || lock(tx, Table.REQUEST, pending.id());
        }
        if (!lock(tx, Table.PENDING, tenancy)) {
            return false;
        }
        int id = nextRequest++;
        write(tx, Table.REQUEST, id, new Request(id, tenancy, false, 0, 0, 0, 0));
        return true;
    }

    int commits() {
        return log.size();
    }

    /** What would be left if the newest commits were lost. */
    Db before(int lost) {
        Db left = first.copy();
        for (int i = 0; i < log.size() - lost; i++) {
            log.get(i).forEach(write -> left.put(write.table, write.id, write.after));
        }
        return left;
    }

    /**
     * The newest commits are lost, and with them every connection.
     *
     * @param sequencesStay whether sequences are where they were, or right behind what is left
     * @param elsewhere whether it is another server or timeline from here on
     */
    void goBack(int lost, boolean sequencesStay, boolean elsewhere) {
        db = before(lost);
        log.subList(log.size() - lost, log.size()).clear();
        open.forEach(tx -> tx.lost = true);
        hidden.forEach(tx -> tx.lost = true);
        open.forEach(tx -> tx.ended = true);
        open.clear();
        hidden.clear();
        server++;
        place += elsewhere ? 1 : 0;
        changes++;
        visible = log.size();
        if (!sequencesStay) {
            nextChanged = 1 + Math.max(newest(Table.CHANGED), db.state().changedCandidate());
            nextDeleted = 1 + Math.max(newest(Table.DELETED), db.state().deletedCandidate());
            nextSequenceId = 1 + db.state().last();
            nextGeneration = db.behindLast(Table.GENERATION);
        }
        nextEpoch = db.behindLast(Table.EPOCH);
        nextHistory = db.behindLast(Table.HISTORY);
    }

    /** The highest number that what is left of the log knows of. */
    private int newest(Table table) {
        int newest = 0;
        for (List<Write> writes : log) {
            for (Write write : writes) {
                newest = write.table == table ? Math.max(newest, write.id) : newest;
            }
        }
        return newest;
    }
}
