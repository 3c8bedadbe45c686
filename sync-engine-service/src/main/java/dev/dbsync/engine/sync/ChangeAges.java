package dev.dbsync.engine.sync;

import java.util.List;

/**
 * How old changes were when they were read: by the internal database's clock until then, and from there on by ours, so that no two
 * clocks are compared.
 *
 * @param seconds one for each target key, of the oldest change that touches it
 * @param readAtNanos when the answer came, by {@link System#nanoTime}
 */
record ChangeAges(List<Double> seconds, long readAtNanos) {

    static final ChangeAges NONE = new ChangeAges(List.of(), 0);
}
