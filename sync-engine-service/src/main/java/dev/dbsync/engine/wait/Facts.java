package dev.dbsync.engine.wait;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What one snapshot of the internal database says about what a waiter waits for. */
sealed interface Facts {

    /**
     * How far the transaction and its entries are.
     *
     * @param moved the internal database is at another place than the last pass saw
     * @param ended the transaction has ended in this snapshot, so it shows all that it wrote
     * @param state as PostgreSQL calls it, {@code future} for an id that was not given yet, null if it is too long ago
     * @param newestExpansion highest id of what is to be expanded; 0 if there is nothing
     * @param expanding whether something at or below the waiter's bound is still to be expanded
     * @param newestChanged highest id of the tenancy's entries without a sequence id; 0 if there are none
     * @param sequencing whether one at or below the waiter's bounds is left
     */
    record Log(
            boolean sequencerEnabled,
            boolean moved,
            UUID history,
            boolean ended,
            String state,
            long newestExpansion,
            boolean expanding,
            long newestChanged,
            long newestDeleted,
            boolean sequencing)
            implements Facts {}

    /**
     * How far the database is.
     *
     * @param found false if it has been deleted meanwhile
     * @param fault why the whole database fails; null if it does not
     * @param chosen ids of the mappings it gets; null for all
     */
    record Applied(
            boolean found,
            boolean paused,
            boolean enginesEnabled,
            boolean moved,
            UUID history,
            Reason fault,
            List<String> chosen,
            Map<String, Mapping> mappings)
            implements Facts {}

    /**
     * The mirror of one mapping.
     *
     * @param sequenceId null before its first copy
     * @param generation null before its first copy
     * @param fault null if it does not fail
     */
    record Mapping(String state, Long sequenceId, Long generation, Reason fault, long quarantined) {}

    /** What a mapping must have applied. */
    record Needed(long sequenceId, long generation) {}
}
