package dev.dbsync.engine.sync;

import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.engine.target.SourceMoment;

/** What the next step of a mapping is. */
public sealed interface MappingPlan {

    /** The reason of a copy that somebody asked for. */
    String RESYNC = "a resync was asked for";

    /** Begin a copy, because of this. */
    record StartCopy(String reason) implements MappingPlan {}

    /** Copy the next page in source key order. */
    record CopyPage() implements MappingPlan {}

    /** Look through the next page of target keys for rows the source no longer has. */
    record SweepPage() implements MappingPlan {}

    /** Apply the next page of the log. */
    record FollowPage() implements MappingPlan {}

    /** Nothing to do until something changes. */
    record CaughtUp() implements MappingPlan {}

    /** The triggers of some table are not there yet; a copy taken now would miss changes. */
    record AwaitCapture() implements MappingPlan {}

    /**
     * Decides from one snapshot of the source and the target's position. Closes invariant 9: a watermark the source cannot
     * vouch for is not followed, it is copied over.
     *
     * @param mappingHash hash of the mapping as it is now
     * @param tableIdentity identity of the target table as it is now; empty if there is none
     * @param logFirst prefer the log to the copy where both have something, so that long copies stay near the present
     */
    static MappingPlan decide(
            Position position, SourceFacts facts, String mappingHash, String tableIdentity, boolean logFirst) {
        if (facts.generation() == 0) {
            return new AwaitCapture();
        }
        String distrust = distrust(position, facts, mappingHash, tableIdentity);
        if (!distrust.isEmpty()) {
            return new StartCopy(distrust);
        }
        if (facts.hasNews() && (logFirst || position.phase() == Phase.FOLLOWING)) {
            return new FollowPage();
        }
        return switch (position.phase()) {
            case COPYING -> new CopyPage();
            case SWEEPING -> new SweepPage();
            case PENDING, FOLLOWING -> new CaughtUp();
        };
    }

    private static String distrust(Position position, SourceFacts facts, String mappingHash, String tableIdentity) {
        if (position.phase() == Phase.PENDING) {
            return "first copy";
        }
        if (tableIdentity.isEmpty()) {
            return "the target table is gone";
        }
        if (!position.tableIdentity().equals(tableIdentity)) {
            return "the target table was replaced or truncated";
        }
        if (!position.mappingHash().equals(mappingHash)) {
            return "the mapping has changed";
        }
        if (position.generation() != facts.generation()) {
            return "a source table was truncated, or its capture was installed anew";
        }
        if (!facts.epochKnown()) {
            return "the target's epoch is unknown to the internal database; one of the two was restored";
        }
        if (position.watermark() >= facts.nextEpochBegins() || position.watermark() > facts.lastSequenceId()) {
            return "the target's watermark is ahead of the internal database; one of the two was restored";
        }
        if (position.watermark() < facts.purgedThrough()) {
            return "log entries above the target's watermark have been purged";
        }
        // Met by the copy whose beginning the target committed together with the request's id: neither lost nor met
        // twice.
        if (facts.resync() != null && !facts.resync().equals(position.resync())) {
            return RESYNC;
        }
        return position.moment() == null ? "" : lost(position.moment(), facts);
    }

    /**
     * A watermark says which entries were seen, not how new the rows were. What a snapshot saw was all written before the next
     * tick but one, since a tick begins only when everybody sees the one before; so it has survived if that tick has
     * (ADR 11).
     */
    private static String lost(SourceMoment moment, SourceFacts facts) {
        if (!facts.historyKnown()) {
            return "the internal database was restored or failed over to before the target was last written";
        }
        if (moment.tick() + 1 >= facts.nextHistoryBegins()) {
            return "the internal database was restored or failed over just after the target was last written";
        }
        boolean present = facts.nextHistoryBegins() == Long.MAX_VALUE;
        if (present && moment.tick() > facts.moment().tick()) {
            return "the target was written later than what the internal database remembers; one of the two was restored";
        }
        return "";
    }
}
