package dev.dbsync.engine.status;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.admin.Identifiers;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** Shows how far everything has come. */
@Path("/api/latest/internal/external-db-sync")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class StatusResource {

    private final StatusReader reader;

    StatusResource(StatusReader reader) {
        this.reader = reader;
    }

    @GET
    @Path("/status")
    public StatusView status(@QueryParam("scope") String scope, @QueryParam("tenancyId") String tenancy) {
        if (scope == null || scope.equals("all")) {
            if (tenancy != null && !tenancy.isEmpty()) {
                throw ApiException.badRequest("INVALID_SCOPE", "A tenancyId goes with scope=tenancy");
            }
            return reader.ofAll();
        }
        if (!scope.equals("tenancy")) {
            throw ApiException.badRequest("INVALID_SCOPE", "The scope must be all or tenancy");
        }
        return reader.ofTenancy(Identifiers.tenancy(tenancy));
    }

    @GET
    @Path("/external-databases")
    public StatusView.Page externalDatabases(
            @QueryParam("state") String state,
            @QueryParam("search") String search,
            @QueryParam("sort") String sort,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor) {
        return reader.page(DatabaseQuery.of(state, search, sort, limit, cursor));
    }
}
