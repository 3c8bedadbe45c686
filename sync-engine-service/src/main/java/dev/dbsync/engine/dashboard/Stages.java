package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.fusebox.Fusebox;
import dev.dbsync.engine.status.StatusView;

/** The stages a change passes through. */
public record Stages(StatusView status, Fusebox fusebox) {

    /** Whether nobody has an external database yet. */
    public boolean unused() {
        return status.global().tenanciesWithDbSync().equals("0");
    }

    /** Whether a switch is off. */
    public boolean stopped() {
        return !(fusebox.sequencerEnabled() && fusebox.pollerEnabled() && fusebox.syncEngineEnabled());
    }

    /** Entries that have no sequence id yet, of both logs. */
    public String unsequenced() {
        long entries = status.sequencer().tables().stream()
                        .mapToLong(table -> Show.number(table.pending()))
                        .sum()
                + Show.number(status.sequencer().deletedRows().pending());
        return Show.count(Long.toString(entries));
    }
}
