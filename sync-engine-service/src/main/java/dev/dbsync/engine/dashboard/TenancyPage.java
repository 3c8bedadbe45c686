package dev.dbsync.engine.dashboard;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.engine.admin.ExternalDatabaseResource;
import dev.dbsync.engine.admin.Identifiers;
import dev.dbsync.engine.status.StatusReader;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** One tenancy: its databases, and the form for another one. */
@Path("/dashboard/tenancies/{tenancyId}")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class TenancyPage {

    private final StatusReader status;
    private final ExternalDatabaseResource databases;
    private final MappingCatalog catalog;
    private final Pages pages;

    TenancyPage(StatusReader status, ExternalDatabaseResource databases, MappingCatalog catalog, Pages pages) {
        this.status = status;
        this.databases = databases;
        this.catalog = catalog;
        this.pages = pages;
    }

    @GET
    public TemplateInstance page(@PathParam("tenancyId") String tenancy) {
        return Templates.tenancy(pages.frame("Tenancy", "tenancies"), view(tenancy));
    }

    @GET
    @Path("/live")
    public TemplateInstance live(@PathParam("tenancyId") String tenancy) {
        return Templates.tenancy$live(view(tenancy), null);
    }

    @POST
    @Path("/sync")
    public TemplateInstance sync(@PathParam("tenancyId") String tenancy) {
        databases.sync(tenancy);
        return Templates.tenancy$live(view(tenancy), Notice.done("A sync of the whole tenancy is under way."));
    }

    @GET
    @Path("/add-database")
    public TemplateInstance form(@PathParam("tenancyId") String tenancy) {
        pages.requireChange();
        String id = Identifiers.tenancy(tenancy).toString();
        return Templates.databaseForm(
                pages.frame("Connect a database", "tenancies"), id, null, List.copyOf(catalog.ids()));
    }

    @PUT
    @Path("/external-databases")
    public Response add(@PathParam("tenancyId") String tenancy, @BeanParam DatabaseForm form) {
        String id = form.id();
        if (databases.list(tenancy).externalDatabases().stream()
                .anyMatch(present -> present.id().equals(id))) {
            throw ApiException.conflict(
                    "ID_TAKEN", "This tenancy has a database of this id already; choose another id");
        }
        databases.put(tenancy, id, form.request());
        return Response.noContent()
                .header(Htmx.REDIRECT, "/dashboard/tenancies/" + tenancy + "/external-databases/" + id)
                .build();
    }

    private TenancyView view(String tenancy) {
        return new TenancyView(status.ofTenancy(Identifiers.tenancy(tenancy)), pages.mayChange());
    }
}
