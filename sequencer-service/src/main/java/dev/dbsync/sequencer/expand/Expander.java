package dev.dbsync.sequencer.expand;

import jakarta.enterprise.context.ApplicationScoped;

/** Placeholder until capture is there. */
@ApplicationScoped
public class Expander {

    /** Expands what waits. */
    public Expanded runOnce() {
        return Expanded.NOTHING;
    }
}
