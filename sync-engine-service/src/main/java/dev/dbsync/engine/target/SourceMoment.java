package dev.dbsync.engine.target;

import java.util.UUID;

/**
 * How much of the internal database a snapshot of it has seen: everything up to this tick of this history, and nothing that
 * became visible after the next tick.
 */
public record SourceMoment(UUID history, long tick) {}
