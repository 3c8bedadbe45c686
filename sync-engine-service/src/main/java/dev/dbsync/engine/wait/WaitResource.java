package dev.dbsync.engine.wait;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.admin.Identifiers;
import dev.dbsync.engine.admin.QueryParameters;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Lets a writer wait until what it wrote is in a tenant's database. */
@Path("/api/latest/internal/external-db-sync/tenancies/{tenancyId}/external-databases/{id}/wait")
@Produces(MediaType.APPLICATION_JSON)
public class WaitResource {

    private static final Set<String> PARAMETERS = Set.of("token", "timeout");
    private static final int DEFAULT_MILLIS = 10_000;
    private static final int MOST_MILLIS = 60_000;

    private final WaitStore store;
    private final Waiters waiters;

    WaitResource(WaitStore store, Waiters waiters) {
        this.store = store;
        this.waiters = waiters;
    }

    /** Holds a thread only for looking whether there is such a database. */
    @GET
    @Blocking
    public CompletionStage<WaitView> await(
            @PathParam("tenancyId") String tenancyText,
            @PathParam("id") String id,
            @QueryParam("token") String token,
            @QueryParam("timeout") String timeout,
            @Context UriInfo uri) {
        QueryParameters.requireKnown(uri.getQueryParameters(), PARAMETERS);
        UUID tenancy = Identifiers.tenancy(tenancyText);
        String database = Identifiers.database(id);
        SyncToken parsed = SyncToken.of(token);
        Duration limit = timeout(timeout);
        if (!store.exists(tenancy, database)) {
            throw ApiException.notFound("There is no external database of this id in this tenancy");
        }
        return waiters.join(tenancy, database, parsed, limit);
    }

    private static Duration timeout(String text) {
        if (text == null || text.isEmpty()) {
            return Duration.ofMillis(DEFAULT_MILLIS);
        }
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > MOST_MILLIS) {
            throw ApiException.badRequest(
                    "INVALID_TIMEOUT", "The timeout must be a number of milliseconds from 0 to 60000");
        }
        return Duration.ofMillis(Integer.parseInt(text));
    }
}
