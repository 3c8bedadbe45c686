package dev.dbsync.engine.quarantine;

import dev.dbsync.engine.target.TargetFault;
import java.util.List;

/**
 * A row that a target did not take, or did not let go.
 *
 * @param key its target key's texts, in the order of the mapping's key columns
 * @param fault why; names no value
 */
public record RefusedRow(List<String> key, TargetFault fault) {}
