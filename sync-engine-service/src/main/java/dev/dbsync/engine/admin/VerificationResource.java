package dev.dbsync.engine.admin;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.audit.AuditNotes;
import dev.dbsync.engine.verify.VerificationStore;
import dev.dbsync.engine.verify.VerificationView;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Whether an external database is what it should be, for the operator. */
@Path("/api/latest/internal/external-db-sync/tenancies/{tenancyId}/external-databases/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class VerificationResource {

    private final ExternalDatabases databases;
    private final VerificationStore verifications;
    private final AuditNotes notes;

    VerificationResource(ExternalDatabases databases, VerificationStore verifications, AuditNotes notes) {
        this.databases = databases;
        this.verifications = verifications;
        this.notes = notes;
    }

    @POST
    @Path("/verify")
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(202)
    public VerificationView.Begun verify(
            @PathParam("tenancyId") String tenancyText, @PathParam("id") String idText, ChosenMappings request) {
        UUID tenancy = Identifiers.tenancy(tenancyText);
        String id = Identifiers.database(idText);
        ChosenMappings chosen = request == null ? ChosenMappings.ALL : request;
        List<String> mappings = databases.chosen(tenancy, id, chosen.mappings());
        notes.note("mappings", chosen.mappings());
        notes.note("repair", chosen.repairs());
        return verifications
                .request(tenancy, id, mappings, chosen.repairs())
                .map(verification -> new VerificationView.Begun(true, verification))
                .orElseThrow(() -> refusal(databases.get(tenancy, id)));
    }

    private static ApiException refusal(ExternalDatabaseView database) {
        return database.paused() || !database.enabled()
                ? ApiException.conflict(
                        "DATABASE_PAUSED", "A database that is paused or disabled is not compared; resume it first")
                : ApiException.conflict(
                        "VERIFICATION_RUNNING",
                        "A verification of this database is under way; wait for it, or pause the database to end it");
    }

    @GET
    @Path("/verifications")
    public VerificationView.Listing verifications(
            @PathParam("tenancyId") String tenancyText, @PathParam("id") String idText) {
        UUID tenancy = Identifiers.tenancy(tenancyText);
        String id = Identifiers.database(idText);
        databases.get(tenancy, id);
        return new VerificationView.Listing(true, verifications.history(tenancy, id));
    }
}
