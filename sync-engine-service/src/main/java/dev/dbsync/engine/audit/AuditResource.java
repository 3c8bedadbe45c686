package dev.dbsync.engine.audit;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.admin.Identifiers;
import dev.dbsync.engine.audit.AuditStore.Entry;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What operators did. */
@Path("/api/latest/internal/external-db-sync/audit")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class AuditResource {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 200;

    private final AuditStore store;

    AuditResource(AuditStore store) {
        this.store = store;
    }

    /** @param nextCursor null on the last page */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Page(boolean ok, List<Action> actions, String nextCursor) {}

    /** An action; null where there is none of it. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Action(
            String id,
            long startedAtMillis,
            Long endedAtMillis,
            String via,
            String actor,
            String address,
            String action,
            UUID tenancyId,
            String externalDatabaseId,
            Map<String, Object> details,
            String outcome) {

        static Action of(Entry entry) {
            return new Action(
                    Long.toString(entry.id()),
                    entry.startedAt().toEpochMilli(),
                    entry.endedAt() == null ? null : entry.endedAt().toEpochMilli(),
                    entry.via(),
                    entry.actor(),
                    entry.address(),
                    entry.action(),
                    entry.tenancyId(),
                    entry.externalDatabaseId(),
                    entry.details(),
                    entry.outcome());
        }
    }

    @GET
    public Page page(
            @QueryParam("tenancyId") String tenancy,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor) {
        int rows = isGiven(limit) ? limit(limit) : DEFAULT_LIMIT;
        List<Entry> found = store.page(
                isGiven(tenancy) ? Identifiers.tenancy(tenancy) : null,
                isGiven(cursor) ? cursor(cursor) : Long.MAX_VALUE,
                rows + 1);
        boolean more = found.size() > rows;
        List<Action> page = found.stream().limit(rows).map(Action::of).toList();
        return new Page(true, page, more ? page.get(page.size() - 1).id() : null);
    }

    private static int limit(String limit) {
        if (!limit.matches("[0-9]{1,3}") || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > MOST) {
            throw ApiException.badRequest("INVALID_LIMIT", "The limit must be a number from 1 to 200");
        }
        return Integer.parseInt(limit);
    }

    private static long cursor(String cursor) {
        if (!cursor.matches("[0-9]{1,18}")) {
            throw ApiException.badRequest("INVALID_CURSOR", "The cursor must be the next_cursor of an earlier answer");
        }
        return Long.parseLong(cursor);
    }

    private static boolean isGiven(String parameter) {
        return parameter != null && !parameter.isEmpty();
    }
}
