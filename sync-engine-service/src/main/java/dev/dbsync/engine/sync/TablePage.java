package dev.dbsync.engine.sync;

import java.util.List;
import java.util.Optional;

/**
 * A page of the source table in key order.
 *
 * @param upserts its rows, one per target key
 * @param last source key of the last row; empty if there was none
 * @param more whether the table may hold more
 */
record TablePage(List<List<String>> upserts, Optional<List<String>> last, boolean more) {}
