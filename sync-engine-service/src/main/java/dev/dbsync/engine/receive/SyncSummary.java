package dev.dbsync.engine.receive;

/**
 * What one run did.
 *
 * @param destinations that are enabled and not paused
 * @param synced how many of them are up to date
 * @param owed how many are tried again later
 */
public record SyncSummary(int destinations, int synced, int owed) {}
