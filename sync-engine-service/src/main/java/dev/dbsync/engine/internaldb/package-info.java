/**
 * The engine's way to the internal database: fixed statements in short transactions with time-outs on everything.
 *
 * <p>Where the database cannot be reached, is busy, or has not been migrated by the sequencer yet, callers get an
 * {@link dev.dbsync.engine.internaldb.InternalDbException} that says so, and HTTP callers a 503 with {@code Retry-After}.
 */
package dev.dbsync.engine.internaldb;
