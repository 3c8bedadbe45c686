package dev.dbsync.engine.sync;

import dev.dbsync.engine.target.SourceMoment;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * What the internal database says of one mapping and of the position its target claims, all of one snapshot.
 *
 * @param wanted the destination still wants to be written to, by this very configuration, and the fusebox allows it
 * @param lastSequenceId newest id given; 0 before the first
 * @param currentEpoch epoch of that id; null before the first
 * @param generation newest capture generation of the tables the mapping reads; 0 while capture is not installed on all of them
 * @param epochKnown the target's epoch is one of ours, or it claims to have seen no id yet
 * @param nextEpochBegins first id of the epoch after the target's; {@link Long#MAX_VALUE} if that is the newest
 * @param purgedThrough entries up to this id may have been purged; 0 if none were
 * @param hasNews the log holds entries above the watermark
 * @param moment the snapshot's own; null before the first history
 * @param historyKnown the history the target was written in is one of ours, or it names none
 * @param nextHistoryBegins newest tick of that history that was not lost; {@link Long#MAX_VALUE} if the history goes on
 * @param readAt when the snapshot's transaction began, by the internal database's clock
 * @param resync the newest request for a resync of the mapping in this destination; null if there never was one
 */
public record SourceFacts(
        boolean wanted,
        long lastSequenceId,
        UUID currentEpoch,
        long generation,
        boolean epochKnown,
        long nextEpochBegins,
        long purgedThrough,
        boolean hasNews,
        SourceMoment moment,
        boolean historyKnown,
        long nextHistoryBegins,
        OffsetDateTime readAt,
        UUID resync) {}
