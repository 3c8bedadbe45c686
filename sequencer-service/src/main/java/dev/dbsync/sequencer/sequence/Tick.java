package dev.dbsync.sequencer.sequence;

import dev.dbsync.sequencer.expand.Expanded;

/**
 * What one tick of the loop did: an expansion where one was due, then a pass.
 *
 * @param expanded what the expansion before the pass did
 * @param pass the pass
 * @param expansionsNew whether the pass found entries to expand that the tick had not looked for
 */
record Tick(Expanded expanded, Pass pass, boolean expansionsNew) {

    /** Whether the next tick would find work at once, so that pausing would only delay it. */
    boolean more() {
        boolean sequencing = pass.outcome() == Pass.Outcome.SEQUENCED || pass.outcome() == Pass.Outcome.IDLE;
        return sequencing && (pass.more() || expanded.some() || expansionsNew);
    }
}
