package dev.dbsync.engine.status;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.dbsync.engine.admin.ConnectionView;
import java.util.List;
import java.util.UUID;

/**
 * The status. Counts and ids are decimal strings, times are epoch milliseconds; null where there is none.
 *
 * @param tenancy null for all tenancies
 * @param global null for one tenancy
 */
@JsonNaming(SnakeCaseStrategy.class)
public record StatusView(
        boolean ok,
        long generatedAtMillis,
        Tenancy tenancy,
        Global global,
        Sequencer sequencer,
        Poller poller,
        SyncEngine syncEngine) {

    /** Whose it is; project and branch are null where the application does not tell. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Tenancy(UUID id, String projectId, String branchId) {}

    @JsonNaming(SnakeCaseStrategy.class)
    public record Global(String tenanciesTotal, String tenanciesWithDbSync) {}

    @JsonNaming(SnakeCaseStrategy.class)
    public record Sequencer(List<Table> tables, DeletedRows deletedRows) {}

    /** One source table, or its part of the tombstones. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Table(
            String tableName,
            String total,
            String pending,
            String nullSequenceId,
            String minSequenceId,
            String maxSequenceId) {}

    /** All tombstones. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record DeletedRows(
            String total,
            String pending,
            String nullSequenceId,
            String minSequenceId,
            String maxSequenceId,
            List<Table> byTable) {}

    @JsonNaming(SnakeCaseStrategy.class)
    public record Poller(
            String total,
            String pending,
            String inFlight,
            String stale,
            String retrying,
            Long oldestCreatedAtMillis,
            Long newestCreatedAtMillis) {}

    @JsonNaming(SnakeCaseStrategy.class)
    public record SyncEngine(List<Mapping> mappings, List<Database> externalDatabases) {}

    @JsonNaming(SnakeCaseStrategy.class)
    public record Mapping(
            String mappingId,
            String internalMinSequenceId,
            String internalMaxSequenceId,
            String internalPendingCount) {}

    @JsonNaming(SnakeCaseStrategy.class)
    public record Database(
            String id,
            UUID tenancyId,
            String type,
            boolean enabled,
            boolean paused,
            ConnectionView connection,
            String status,
            Fault error,
            long lagMillis,
            Long lastSuccessAtMillis,
            List<MappingStatus> mappingStatus) {}

    @JsonNaming(SnakeCaseStrategy.class)
    public record Fault(
            String code,
            String blame,
            String message,
            String remedy,
            String sqlState,
            Long sinceMillis,
            String attempts,
            Long nextAttemptAtMillis) {}

    /**
     * How far a mapping has come in one database.
     *
     * @param state that of the mirror row, {@code error} while it fails
     * @param reason why its rows are copied anew, while they are; else null
     * @param error why it fails; while it goes on without rows in quarantine, why the one refused last was refused
     * @param verified null until a verification has run
     * @param lagMillis how old the oldest change is that it lacks; 0 if it has everything
     * @param copy how far the copy is; null while there is none under way
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record MappingStatus(
            String mappingId,
            String state,
            String reason,
            Fault error,
            String internalMaxSequenceId,
            String lastSyncedSequenceId,
            String rowsBehind,
            String rowsAppliedTotal,
            Long updatedAtMillis,
            String quarantinedRows,
            Verified verified,
            long lagMillis,
            Copy copy) {

        MappingStatus withCopy(Copy progress) {
            return new MappingStatus(
                    mappingId,
                    state,
                    reason,
                    error,
                    internalMaxSequenceId,
                    lastSyncedSequenceId,
                    rowsBehind,
                    rowsAppliedTotal,
                    updatedAtMillis,
                    quarantinedRows,
                    verified,
                    lagMillis,
                    progress);
        }
    }

    /**
     * How far a copy is.
     *
     * @param rowsTotalEstimate how many there will be, by the planner's statistics; null where they do not tell
     * @param rowsPerSecond on average since it began; null until there is one
     * @param leftMillis null where that cannot be told
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Copy(
            Long beganAtMillis, String rowsCopied, String rowsTotalEstimate, String rowsPerSecond, Long leftMillis) {}

    /**
     * What its newest verification came to.
     *
     * @param sequenceId the target had passed this id before anything was compared
     * @param differences keys that differ and were not repaired; null where the table had to be copied again
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Verified(Long atMillis, String sequenceId, boolean identical, String differences) {}

    /**
     * One page through all tenancies' external databases.
     *
     * @param nextCursor null on the last page
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Page(boolean ok, List<Database> externalDatabases, String nextCursor) {}

    /**
     * One page through the tenancies that have external databases.
     *
     * @param nextCursor null on the last page
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record TenancyPage(boolean ok, List<TenancyLine> tenancies, String nextCursor) {}

    /**
     * One tenancy.
     *
     * @param lagMillis that of its latest database
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record TenancyLine(
            UUID id, String projectId, String branchId, DatabaseCounts externalDatabases, long lagMillis) {}

    /** A tenancy's external databases by state. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record DatabaseCounts(String total, String ok, String error, String pending, String paused) {}
}
