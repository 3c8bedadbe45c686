package dev.dbsync.model;

import dev.dbsync.engine.target.Position;
import dev.dbsync.model.Db.Row;
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
    record Backup(int identity, Row[] rows, Stored position) {}

    private static final String[] IDENTITIES =
            IntStream.range(0, 64).mapToObj(i -> "table " + i).toArray(String[]::new);

    /** Of the synced table; 0 if it is not there. */
    int identity;

    /** By target key. */
    Row[] rows;

    /** Null before the first run. */
    Stored position;

    /** The call that holds the position, or null. */
    Call holder;

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
    }

    void drop() {
        identity = 0;
        rows = new Row[rows.length];
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
        return new Backup(identity, rows.clone(), position);
    }

    void restore(Backup backup) {
        identity = backup.identity;
        rows = backup.rows.clone();
        position = backup.position;
        holder = null;
        life++;
    }
}
