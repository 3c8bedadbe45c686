package dev.dbsync.sequencer.expand;

import dev.dbsync.common.sql.Sql;

/** How one kind of pending entry becomes log entries. Immutable. */
sealed interface Expansion {

    /** What the entries are called. */
    String id();

    /**
     * Resolved in one statement for any number of entries, which deletes them as well.
     *
     * @param statement takes {@code :ids}; its update count is the number of log entries
     */
    record AtOnce(String id, Sql statement) implements Expansion {}

    /**
     * Resolved page by page, since one entry may concern any number of rows.
     *
     * @param first the first page; takes {@code :id}, {@code :key} and {@code :page}; gives {@code rows} and {@code last}, the
     *     key of the last row
     * @param next the page behind {@code :cursor}
     */
    record Paged(String id, Sql first, Sql next) implements Expansion {}
}
