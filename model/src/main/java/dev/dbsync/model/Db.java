package dev.dbsync.model;

import dev.dbsync.engine.target.Position.Phase;
import java.util.Arrays;

/** What is committed in the internal database: immutable rows by table and number. */
final class Db {

    /** The tables, and three things that are only ever locked. */
    enum Table {
        ROW,
        CHANGED,
        DELETED,
        REQUEST,
        STATE,
        EPOCH,
        HISTORY,
        GENERATION,
        FLOOR,
        DESTINATION,
        MIRROR,
        RESYNC,
        VERIFICATION,
        /** An unclaimed request of a tenancy: the unique index. */
        PENDING,
        /** The sequencing lock. */
        ADVISORY,
        /** The application's table as a whole. */
        SOURCE_TABLE
    }

    private static final Table[] TABLES = Table.values();

    /** A row of the application's. */
    record Row(int tenancy, int targetKey, int value) {}

    /** An entry of one of the logs; a sequence id of 0 is none. */
    record Entry(boolean tombstone, int logId, int tenancy, int key, int targetKey, int sequenceId) {

        Entry given(int id) {
            return new Entry(tombstone, logId, tenancy, key, targetKey, id);
        }
    }

    /** An outgoing request; a token of 0 is none. */
    record Request(int id, int tenancy, boolean claimed, int claimedAt, int token, int leaseUntil, int renewedAt) {

        Request freed(int due) {
            return new Request(id, tenancy, true, claimedAt, 0, due, Integer.MIN_VALUE / 2);
        }
    }

    /** The sequencer's state; a candidate transaction id of -1, an epoch and a leader of 0 are none. */
    record State(
            int epoch,
            int last,
            int leader,
            int leaderUntil,
            int changedLow,
            int deletedLow,
            int changedCandidate,
            int deletedCandidate,
            int candidateXid,
            int tenancyCursor,
            int tick,
            int place) {}

    /** An uninterrupted run of ids. */
    record Epoch(int epoch, int first) {}

    /** A run of ticks at one place, and the newest tick that was not lost when it began. */
    record History(int history, int begin, boolean announced) {}

    /** A capture generation. */
    record Generation(int id, boolean announced) {}

    /** An external database; -1 is no attempt. */
    record Destination(boolean paused, int nextAttempt) {}

    /** A mapping in it, as the internal database knows it; -1 is null. */
    record Mirror(Phase phase, int watermark, int neededFrom) {}

    /** A verification with repair that is under way: sets of target keys, as bits, that differed, and that are to be written anew. */
    record Verification(int candidates, int owed) {}

    private final Object[][] tables = new Object[TABLES.length][];

    Db() {
        for (int i = 0; i < tables.length; i++) {
            tables[i] = new Object[8];
        }
    }

    Db copy() {
        var copy = new Db();
        for (int i = 0; i < tables.length; i++) {
            copy.tables[i] = tables[i].clone();
        }
        return copy;
    }

    void put(Table table, int id, Object after) {
        Object[] rows = tables[table.ordinal()];
        if (id >= rows.length) {
            rows = Arrays.copyOf(rows, Math.max(id + 1, rows.length * 2));
            tables[table.ordinal()] = rows;
        }
        rows[id] = after;
    }

    private Object get(Table table, int id) {
        Object[] rows = tables[table.ordinal()];
        return id < rows.length ? rows[id] : null;
    }

    /** Numbers are below this. */
    int size(Table table) {
        return tables[table.ordinal()].length;
    }

    Row row(int key) {
        return (Row) get(Table.ROW, key);
    }

    Row[] rows(int keys) {
        var rows = new Row[keys];
        for (int i = 0; i < keys; i++) {
            rows[i] = row(i);
        }
        return rows;
    }

    Entry entry(Table log, int id) {
        return (Entry) get(log, id);
    }

    Request request(int id) {
        return (Request) get(Table.REQUEST, id);
    }

    State state() {
        return (State) get(Table.STATE, 0);
    }

    Epoch epoch(int ordinal) {
        return (Epoch) get(Table.EPOCH, ordinal);
    }

    History history(int ordinal) {
        return (History) get(Table.HISTORY, ordinal);
    }

    Generation generation(int id) {
        return (Generation) get(Table.GENERATION, id);
    }

    int floor(int tenancy) {
        Object floor = get(Table.FLOOR, tenancy);
        return floor == null ? 0 : (Integer) floor;
    }

    Destination destination(int id) {
        return (Destination) get(Table.DESTINATION, id);
    }

    Mirror mirror(int id) {
        return (Mirror) get(Table.MIRROR, id);
    }

    /** The newest request for a resync; 0 is none. */
    int resync(int destination) {
        Object request = get(Table.RESYNC, destination);
        return request == null ? 0 : (Integer) request;
    }

    Verification verification(int destination) {
        return (Verification) get(Table.VERIFICATION, destination);
    }

    /** The newest history. */
    History history() {
        return history(behindLast(Table.HISTORY) - 1);
    }

    /** The newest capture generation. */
    int generation() {
        return behindLast(Table.GENERATION) - 1;
    }

    /** The first number behind all that are there, at least 1. */
    int behindLast(Table table) {
        Object[] rows = tables[table.ordinal()];
        int at = rows.length;
        while (at > 1 && rows[at - 1] == null) {
            at--;
        }
        return at;
    }

    /** The unclaimed request of a tenancy, or null. */
    Request pending(int tenancy) {
        for (int i = 0; i < size(Table.REQUEST); i++) {
            Request request = request(i);
            if (request != null && !request.claimed() && request.tenancy() == tenancy) {
                return request;
            }
        }
        return null;
    }

    boolean anyRequest(int tenancy) {
        for (int i = 0; i < size(Table.REQUEST); i++) {
            Request request = request(i);
            if (request != null && request.tenancy() == tenancy) {
                return true;
            }
        }
        return false;
    }
}
