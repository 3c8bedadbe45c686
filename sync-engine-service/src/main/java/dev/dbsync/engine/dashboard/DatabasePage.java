package dev.dbsync.engine.dashboard;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.engine.admin.ChosenMappings;
import dev.dbsync.engine.admin.ExternalDatabaseResource;
import dev.dbsync.engine.admin.ExternalDatabaseView;
import dev.dbsync.engine.admin.Identifiers;
import dev.dbsync.engine.admin.QuarantineResource;
import dev.dbsync.engine.admin.VerificationResource;
import dev.dbsync.engine.status.StatusReader;
import dev.dbsync.engine.status.StatusView;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** One external database: how it is doing, and what can be done about it. */
@Path("/dashboard/tenancies/{tenancyId}/external-databases/{id}")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class DatabasePage {

    private final StatusReader status;
    private final ExternalDatabaseResource databases;
    private final QuarantineResource quarantine;
    private final VerificationResource verifications;
    private final MappingCatalog catalog;
    private final Pages pages;

    DatabasePage(
            StatusReader status,
            ExternalDatabaseResource databases,
            QuarantineResource quarantine,
            VerificationResource verifications,
            MappingCatalog catalog,
            Pages pages) {
        this.status = status;
        this.databases = databases;
        this.quarantine = quarantine;
        this.verifications = verifications;
        this.catalog = catalog;
        this.pages = pages;
    }

    @GET
    public TemplateInstance page(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        return Templates.database(pages.frame(id, "tenancies"), view(tenancy, id));
    }

    @GET
    @Path("/live")
    public TemplateInstance live(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        return Templates.database$live(view(tenancy, id), null);
    }

    @POST
    @Path("/sync")
    public TemplateInstance sync(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        databases.sync(tenancy);
        return done(tenancy, id, "A sync is under way, of this tenancy’s other databases too.");
    }

    @POST
    @Path("/pause")
    public TemplateInstance pause(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        databases.pause(tenancy, id);
        return done(tenancy, id, "Paused. Nothing is written to this database until it is resumed.");
    }

    @POST
    @Path("/resume")
    public TemplateInstance resume(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        databases.resume(tenancy, id);
        return done(tenancy, id, "Resumed. What it missed follows now.");
    }

    @POST
    @Path("/retry")
    public TemplateInstance retry(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        String rows = quarantine.retry(tenancy, id, null).rows();
        return done(tenancy, id, Show.count(rows) + " rows are tried again within a second or so.");
    }

    @POST
    @Path("/resync")
    public TemplateInstance resync(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        databases.resync(tenancy, id, null);
        return done(tenancy, id, "All tables are copied again, in place, beside live changes.");
    }

    /** @param repair whether what differs is written anew */
    @POST
    @Path("/verify")
    public TemplateInstance verify(
            @PathParam("tenancyId") String tenancy, @PathParam("id") String id, @FormParam("repair") boolean repair) {
        verifications.verify(tenancy, id, new ChosenMappings(null, repair));
        return done(
                tenancy,
                id,
                repair
                        ? "Every row is compared with its source; those that differ are written anew."
                        : "Every row is compared with its source.");
    }

    @POST
    @Path("/test")
    public TemplateInstance test(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        return Templates.tested(databases.test(tenancy, id));
    }

    @GET
    @Path("/edit")
    public TemplateInstance form(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        pages.requireChange();
        ExternalDatabaseView present = databases.get(tenancy, id);
        return Templates.databaseForm(
                pages.frame("Edit " + id, "tenancies"), tenancy, present, List.copyOf(catalog.ids()));
    }

    @PUT
    public Response edit(
            @PathParam("tenancyId") String tenancy, @PathParam("id") String id, @BeanParam DatabaseForm form) {
        databases.edit(Identifiers.tenancy(tenancy), Identifiers.database(id), form.request());
        return Response.noContent()
                .header(Htmx.REDIRECT, "/dashboard/tenancies/" + tenancy + "/external-databases/" + id)
                .build();
    }

    @DELETE
    public Response delete(@PathParam("tenancyId") String tenancy, @PathParam("id") String id) {
        databases.delete(tenancy, id);
        return Response.noContent()
                .header(Htmx.REDIRECT, "/dashboard/tenancies/" + tenancy)
                .build();
    }

    private TemplateInstance done(String tenancy, String id, String text) {
        return Templates.database$live(view(tenancy, id), Notice.done(text));
    }

    private DatabaseView view(String tenancy, String id) {
        ExternalDatabaseView settings = databases.get(tenancy, id);
        StatusView all = status.ofTenancy(Identifiers.tenancy(tenancy));
        StatusView.Database database = all.syncEngine().externalDatabases().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow(() -> ApiException.notFound("This tenancy has no external database of this id any more"));
        return new DatabaseView(
                all.tenancy(),
                database,
                settings,
                quarantine.rows(tenancy, id, null, null),
                verifications.verifications(tenancy, id).verifications().stream()
                        .findFirst()
                        .orElse(null),
                pages.mayChange(),
                all.generatedAtMillis());
    }
}
