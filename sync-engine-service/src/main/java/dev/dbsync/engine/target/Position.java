package dev.dbsync.engine.target;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * How far one mapping has come in one target: the target's own metadata row. Immutable.
 *
 * @param phase what is being done
 * @param watermark every log entry up to this sequence id is applied
 * @param epoch the epoch the watermark belongs to; null before any id was ever given
 * @param cursor source key (copying) or target key (sweeping) of the last row dealt with, as text; empty at the beginning
 * @param sweep whether rows may be left that the source no longer has
 * @param generation the capture generation the copy was taken under
 * @param mappingHash the mapping the copy was taken with
 * @param tableIdentity oid and file of the table as we left it; changes when it is dropped or truncated
 * @param rowsCopied rows of the present or last copy
 * @param moment of the newest snapshot that was read for the target; null if a version wrote it that did not say
 * @param resync the newest request for a resync that a copy was begun for; null before the first
 */
public record Position(
        Phase phase,
        long watermark,
        UUID epoch,
        Optional<List<String>> cursor,
        boolean sweep,
        long generation,
        String mappingHash,
        String tableIdentity,
        long rowsCopied,
        SourceMoment moment,
        UUID resync) {

    /** The words are those of the metadata row and of the status. */
    public enum Phase {
        /** Nothing was copied yet. */
        PENDING,
        /** Rows are read in source key order. */
        COPYING,
        /** Rows that the source no longer has are looked for in target key order. */
        SWEEPING,
        /** The log is followed. */
        FOLLOWING;

        /** The phase as it is stored. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The phase stored as this text; anything unknown counts as not copied yet. */
        public static Phase of(String text) {
            for (Phase phase : values()) {
                if (phase.text().equals(text)) {
                    return phase;
                }
            }
            return PENDING;
        }
    }

    /** Where every mapping begins. */
    public static Position initial() {
        return new Position(Phase.PENDING, 0, null, Optional.empty(), false, 0, "", "", 0, null, null);
    }

    /**
     * The beginning of a copy.
     *
     * @param startId newest id given when the copy begins; the log is followed from there
     * @param startEpoch the epoch of that id; null before the first id
     * @param moment of the snapshot that says so
     * @param resync newest request for a resync that this snapshot knows, which this copy meets; null if there is none
     */
    public static Position copyFrom(
            long startId,
            UUID startEpoch,
            long generation,
            String mappingHash,
            String tableIdentity,
            boolean sweep,
            SourceMoment moment,
            UUID resync) {
        return new Position(
                Phase.COPYING,
                startId,
                startEpoch,
                Optional.empty(),
                sweep,
                generation,
                mappingHash,
                tableIdentity,
                0,
                moment,
                resync);
    }

    /** After a page of the copy; the last page leads on to the sweep, or past it where the table was empty. */
    public Position copied(Optional<List<String>> last, long rows, boolean more) {
        if (more) {
            return new Position(
                    Phase.COPYING,
                    watermark,
                    epoch,
                    last,
                    sweep,
                    generation,
                    mappingHash,
                    tableIdentity,
                    rowsCopied + rows,
                    moment,
                    resync);
        }
        Phase next = sweep ? Phase.SWEEPING : Phase.FOLLOWING;
        return new Position(
                next,
                watermark,
                epoch,
                Optional.empty(),
                sweep,
                generation,
                mappingHash,
                tableIdentity,
                rowsCopied + rows,
                moment,
                resync);
    }

    /** After a page of the sweep. */
    public Position swept(Optional<List<String>> last, boolean more) {
        return new Position(
                more ? Phase.SWEEPING : Phase.FOLLOWING,
                watermark,
                epoch,
                more ? last : Optional.empty(),
                more && sweep,
                generation,
                mappingHash,
                tableIdentity,
                rowsCopied,
                moment,
                resync);
    }

    /** After a page of the log, in whatever phase. */
    public Position followed(long newWatermark, UUID newEpoch) {
        return new Position(
                phase,
                newWatermark,
                Objects.requireNonNull(newEpoch, "an id that was given belongs to an epoch"),
                cursor,
                sweep,
                generation,
                mappingHash,
                tableIdentity,
                rowsCopied,
                moment,
                resync);
    }

    /** With what was read from the source at this moment. */
    public Position readAt(SourceMoment newMoment) {
        return new Position(
                phase,
                watermark,
                epoch,
                cursor,
                sweep,
                generation,
                mappingHash,
                tableIdentity,
                rowsCopied,
                newMoment,
                resync);
    }
}
