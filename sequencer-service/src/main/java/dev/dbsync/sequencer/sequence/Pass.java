package dev.dbsync.sequencer.sequence;

import io.vertx.mutiny.sqlclient.Row;
import java.util.Locale;
import java.util.UUID;

/**
 * What one sequencing pass did.
 *
 * @param outcome how it ended
 * @param sequenced log entries that got an id
 * @param merged duplicates among them that were dropped
 * @param enqueued tenancies a request waits for now
 * @param more whether a full batch was found, so that there may be more
 * @param expansions whether something waits to be expanded
 * @param epoch of the ids given, or of the last ones given by anybody
 * @param lastSequenceId the last id given by anybody
 */
record Pass(
        Outcome outcome,
        int sequenced,
        int merged,
        int enqueued,
        boolean more,
        boolean expansions,
        UUID epoch,
        long lastSequenceId) {

    /** How a pass ends. */
    enum Outcome {
        /** It gave ids. */
        SEQUENCED,
        /** There was nothing to give an id to. */
        IDLE,
        /** Another replica is at work. */
        STANDBY,
        /** The fusebox says no. */
        DISABLED
    }

    static Pass of(Row row) {
        return new Pass(
                Outcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
                row.getInteger("sequenced"),
                row.getInteger("merged"),
                row.getInteger("enqueued"),
                row.getBoolean("more"),
                row.getBoolean("expansions"),
                row.getUUID("current_epoch"),
                row.getLong("last_sequence_id") == null ? 0 : row.getLong("last_sequence_id"));
    }
}
