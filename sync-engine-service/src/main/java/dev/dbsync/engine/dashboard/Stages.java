package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.fusebox.Fusebox;
import dev.dbsync.engine.status.PipelineView;
import dev.dbsync.engine.status.StatusView;

/**
 * The stages a change passes through.
 *
 * @param mayChange whether who looks may turn their switches
 */
public record Stages(PipelineView pipeline, StatusView.Global global, Fusebox fusebox, boolean mayChange) {

    /** Whether nobody has an external database yet. */
    public boolean unused() {
        return global.tenanciesWithDbSync().equals("0");
    }

    /** Whether a switch is off. */
    public boolean stopped() {
        return !(fusebox.sequencerEnabled() && fusebox.pollerEnabled() && fusebox.syncEngineEnabled());
    }
}
