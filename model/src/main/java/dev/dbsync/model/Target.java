package dev.dbsync.model;

import dev.dbsync.engine.target.Position;
import dev.dbsync.model.Db.Row;
import java.util.UUID;
import java.util.stream.IntStream;

/** A tenant's database: what is committed in it, and who holds the position. */
final class Target {

    /**
     * A position as it is stored.
     *
     * @param readUpTo ghost: the newest commit that a snapshot read for it could see
     */
    record Stored(Position position, int readUpTo) {

        static final Stored INITIAL = new Stored(Position.initial(), 0);

        int watermark() {
            return (int) position.watermark();
        }
    }

    /** Everything in it at some time. */
    record Backup(int identity, Row[] rows, Stored position, int byHand) {}

    private static final String[] IDENTITIES =
            IntStream.range(0, 64).mapToObj(i -> "table " + i).toArray(String[]::new);

    /** Of the synced table; 0 if it is not there. */
    int identity;

    /** By target key. */
    Row[] rows;

    /** Null before the first run. */
    Stored position;

    /** Who holds the position, or null. */
    Actor holder;

    /** Ghost: target keys, as bits, that the tenant has changed and nobody has written since. */
    int byHand;

    /** Ghost: target keys that a verification has found to differ and nobody has written since. */
    int found;

    /** Ghost: target keys that were there when the copy under way began, and in the source ever since. */
    int shown;

    /** Ghost: the newest request for a resync, unless the source has lost it. */
    UUID asked;

    /** Ghost: the newest one that a copy has been begun for. */
    UUID met;

    private int identities;

    /** Counts what ends every connection. */
    int life;

    Target(int targetKeys) {
        rows = new Row[targetKeys];
    }

    String identityText() {
        return text(identity);
    }

    static String text(int identity) {
        if (identity == 0) {
            return "";
        }
        return identity < IDENTITIES.length ? IDENTITIES[identity] : "table " + identity;
    }

    /** The table is made, or gets another file. */
    void renew() {
        identity = ++identities;
        rows = new Row[rows.length];
        forget();
    }

    void drop() {
        identity = 0;
        rows = new Row[rows.length];
        forget();
    }

    private void forget() {
        byHand = 0;
        found = 0;
        shown = 0;
    }

    /** One of ours writes a row, or takes it away. */
    void write(int key, Row row) {
        rows[key] = row;
        byHand &= ~(1 << key);
        found &= ~(1 << key);
    }

    /** The tenant does. */
    void change(int key, Row row) {
        rows[key] = row;
        byHand |= 1 << key;
        shown &= ~(1 << key);
    }

    /** The keys that are there. */
    int keys() {
        int keys = 0;
        for (int key = 0; key < rows.length; key++) {
            keys |= rows[key] == null ? 0 : 1 << key;
        }
        return keys;
    }

    boolean empty() {
        for (Row row : rows) {
            if (row != null) {
                return false;
            }
        }
        return true;
    }

    Backup backup() {
        return new Backup(identity, rows.clone(), position, byHand);
    }

    void restore(Backup backup) {
        identity = backup.identity;
        rows = backup.rows.clone();
        forget();
        byHand = backup.byHand;
        met = backup.position == null ? null : backup.position.position().resync();
        position = backup.position;
        holder = null;
        life++;
    }
}
