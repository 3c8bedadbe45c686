package dev.dbsync.engine.admin;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * An external database without its secret.
 *
 * @param mappings the ids of those it gets, named one by one even where it gets every one
 */
@JsonNaming(SnakeCaseStrategy.class)
public record ExternalDatabaseView(
        boolean ok,
        String id,
        UUID tenancyId,
        String type,
        String schema,
        List<String> mappings,
        String readerRole,
        boolean enabled,
        boolean paused,
        ConnectionView connection,
        long createdAtMillis,
        long updatedAtMillis) {

    /** @param known the ids of all mappings */
    static ExternalDatabaseView of(ExternalDatabase row, Set<String> known) {
        return new ExternalDatabaseView(
                true,
                row.id(),
                row.tenancyId(),
                row.type(),
                row.schema(),
                row.mappings() == null ? List.copyOf(known) : row.mappings(),
                row.readerRole(),
                row.enabled(),
                row.paused(),
                ConnectionView.of(row.host(), row.port(), row.database(), row.user()),
                row.createdAt().toEpochMilli(),
                row.updatedAt().toEpochMilli());
    }

    /** All of a tenancy's. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Listing(boolean ok, List<ExternalDatabaseView> externalDatabases) {}
}
