package dev.dbsync.engine.status;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.admin.Identifiers;
import dev.dbsync.engine.admin.QueryParameters;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Set;

/** Shows how far everything has come. */
@Path("/api/latest/internal/external-db-sync")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class StatusResource {

    private static final Set<String> PARAMETERS = Set.of("scope", "tenancyId");

    private final StatusReader reader;
    private final TenancyList tenancies;
    private final Pipeline pipeline;

    StatusResource(StatusReader reader, TenancyList tenancies, Pipeline pipeline) {
        this.reader = reader;
        this.tenancies = tenancies;
        this.pipeline = pipeline;
    }

    @GET
    @Path("/status")
    public StatusView status(
            @QueryParam("scope") String scope, @QueryParam("tenancyId") String tenancy, @Context UriInfo uri) {
        QueryParameters.requireKnown(uri.getQueryParameters(), PARAMETERS);
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
    public StatusView.Page externalDatabases(@Context UriInfo uri) {
        return reader.page(ListQuery.of(uri.getQueryParameters()));
    }

    @GET
    @Path("/tenancies")
    public StatusView.TenancyPage tenancies(@Context UriInfo uri) {
        return tenancies.page(ListQuery.of(uri.getQueryParameters()));
    }

    @GET
    @Path("/pipeline")
    public PipelineView pipeline(@Context UriInfo uri) {
        QueryParameters.requireKnown(uri.getQueryParameters(), Set.of());
        return pipeline.view();
    }
}
