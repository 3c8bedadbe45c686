package dev.dbsync.engine.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.quarantine.QuarantineStore;
import dev.dbsync.engine.quarantine.QuarantineStore.QuarantinedRow;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rows that an external database refused, for the operator. */
@Path("/api/latest/internal/external-db-sync/tenancies/{tenancyId}/external-databases/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class QuarantineResource {

    private static final int ROWS_PER_PAGE = 100;
    private static final Pattern CURSOR = Pattern.compile("([a-z0-9_]{1,63})/([0-9a-f-]{36})");

    private final ExternalDatabases databases;
    private final QuarantineStore quarantine;

    QuarantineResource(ExternalDatabases databases, QuarantineStore quarantine) {
        this.databases = databases;
        this.quarantine = quarantine;
    }

    /** @param nextCursor null on the last page */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Page(boolean ok, List<Row> rows, String nextCursor) {}

    /** @param key target column to text */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Row(
            String mappingId,
            Map<String, String> key,
            String code,
            String blame,
            String message,
            String remedy,
            String sqlState,
            String attempts,
            long firstRefusedAtMillis,
            long refusedAtMillis,
            long nextAttemptAtMillis) {

        static Row of(QuarantinedRow row) {
            return new Row(
                    row.mappingId(),
                    row.key(),
                    row.code(),
                    row.blame(),
                    row.message(),
                    row.remedy(),
                    row.sqlState(),
                    Integer.toString(row.attempts()),
                    row.firstRefusedAt().toInstant().toEpochMilli(),
                    row.refusedAt().toInstant().toEpochMilli(),
                    row.nextAttemptAt().toInstant().toEpochMilli());
        }
    }

    /** @param mappings null for all mappings */
    public record RetryRequest(@JsonProperty("mappings") List<String> mappings) {}

    /** @param rows how many will be tried again */
    public record Retried(boolean ok, String rows) {}

    @GET
    @Path("/quarantined-rows")
    public Page rows(
            @PathParam("tenancyId") String tenancyText,
            @PathParam("id") String id,
            @QueryParam("mapping") String mapping,
            @QueryParam("cursor") String cursor) {
        UUID tenancy = Identifiers.tenancy(tenancyText);
        databases.get(tenancy, Identifiers.database(id));
        String afterMapping = "";
        UUID afterRow = new UUID(0, 0);
        if (cursor != null && !cursor.isEmpty()) {
            Matcher place = CURSOR.matcher(cursor);
            if (!place.matches()) {
                throw ApiException.badRequest(
                        "INVALID_CURSOR", "The cursor must be the next_cursor of an earlier answer");
            }
            afterMapping = place.group(1);
            afterRow = UUID.fromString(place.group(2));
        }
        List<QuarantinedRow> found = quarantine.page(
                tenancy,
                id,
                mapping == null || mapping.isEmpty() ? null : mapping,
                afterMapping,
                afterRow,
                ROWS_PER_PAGE + 1);
        boolean more = found.size() > ROWS_PER_PAGE;
        List<QuarantinedRow> page = more ? found.subList(0, ROWS_PER_PAGE) : found;
        QuarantinedRow last = more ? page.get(page.size() - 1) : null;
        return new Page(
                true, page.stream().map(Row::of).toList(), more ? last.mappingId() + "/" + last.handle() : null);
    }

    /** The rows go through the log once more, within a second or so. */
    @POST
    @Path("/retry")
    @Consumes(MediaType.APPLICATION_JSON)
    public Retried retry(@PathParam("tenancyId") String tenancyText, @PathParam("id") String id, RetryRequest request) {
        UUID tenancy = Identifiers.tenancy(tenancyText);
        databases.get(tenancy, Identifiers.database(id));
        List<String> mappings = request == null ? null : request.mappings();
        databases.requireKnown(mappings);
        return new Retried(true, Integer.toString(quarantine.makeDue(tenancy, id, mappings)));
    }
}
