package dev.dbsync.engine.admin;

import dev.dbsync.engine.preflight.PreflightCheck;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;

/** A tenancy's external databases, for the operator. */
@Path("/api/latest/internal/external-db-sync/tenancies/{tenancyId}")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class ExternalDatabaseResource {

    private static final String ONE = "/external-databases/{id}";

    private final ExternalDatabases databases;

    ExternalDatabaseResource(ExternalDatabases databases) {
        this.databases = databases;
    }

    /** An answer that says no more than that it was done. */
    public record Done(boolean ok) {}

    /** @param mappings those that will be copied again */
    public record Resync(boolean ok, List<String> mappings) {}

    /** What a preflight saw. */
    public record TestResult(boolean ok, List<PreflightCheck> checks) {}

    @PUT
    @Path(ONE)
    @Consumes(MediaType.APPLICATION_JSON)
    public ExternalDatabaseView put(
            @PathParam("tenancyId") String tenancy, @PathParam("id") String id, ExternalDatabaseRequest request) {
        return databases.put(Identifiers.tenancy(tenancy), Identifiers.database(id), request);
    }

    /** For the dashboard, which never has the connection string: null keeps the one that is there. */
    public ExternalDatabaseView edit(UUID tenancy, String id, ExternalDatabaseRequest request) {
        return databases.edit(tenancy, id, request);
    }

    @GET
    @Path(ONE)
    public ExternalDatabaseView get(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        return databases.get(Identifiers.tenancy(tenancy), Identifiers.database(id));
    }

    @DELETE
    @Path(ONE)
    public Done delete(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        databases.delete(Identifiers.tenancy(tenancy), Identifiers.database(id));
        return new Done(true);
    }

    @GET
    @Path("/external-databases")
    public ExternalDatabaseView.Listing list(@PathParam("tenancyId") String tenancy) {
        return new ExternalDatabaseView.Listing(true, databases.list(Identifiers.tenancy(tenancy)));
    }

    @POST
    @Path(ONE + "/test")
    public TestResult test(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        List<PreflightCheck> checks = databases.test(Identifiers.tenancy(tenancy), Identifiers.database(id));
        return new TestResult(checks.stream().allMatch(PreflightCheck::ok), checks);
    }

    @POST
    @Path(ONE + "/pause")
    public ExternalDatabaseView pause(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        return databases.pause(Identifiers.tenancy(tenancy), Identifiers.database(id));
    }

    @POST
    @Path(ONE + "/resume")
    public ExternalDatabaseView resume(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        return databases.resume(Identifiers.tenancy(tenancy), Identifiers.database(id));
    }

    /** Copies are begun by the runs to come, once the database is not paused; nothing is empty or half there meanwhile. */
    @POST
    @Path(ONE + "/resync")
    @ResponseStatus(202)
    public Resync resync(@PathParam("tenancyId") String tenancy, @PathParam("id") String id, ChosenMappings request) {
        ChosenMappings chosen = request == null ? ChosenMappings.ALL : request;
        return new Resync(
                true, databases.resync(Identifiers.tenancy(tenancy), Identifiers.database(id), chosen.mappings()));
    }

    @POST
    @Path("/sync")
    @ResponseStatus(202)
    public Done sync(@PathParam("tenancyId") String tenancy) {
        databases.syncNow(Identifiers.tenancy(tenancy));
        return new Done(true);
    }
}
