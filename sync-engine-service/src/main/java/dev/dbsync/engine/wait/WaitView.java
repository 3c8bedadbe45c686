package dev.dbsync.engine.wait;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * How waiting ended.
 *
 * @param reached whether every change of the transaction to this tenancy is in the database
 * @param reason why not; null if it is
 * @param mappings empty if the transaction's changes had no sequence ids yet
 */
@JsonNaming(SnakeCaseStrategy.class)
record WaitView(boolean ok, boolean reached, Reason reason, long waitedMillis, List<MappingView> mappings) {

    /**
     * @param reached whether everything is applied, but for rows in quarantine
     * @param neededSequenceId what it must have applied; ids as decimal strings
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record MappingView(
            String mappingId,
            boolean reached,
            String state,
            String neededSequenceId,
            String lastSyncedSequenceId,
            String quarantinedRows) {}
}
