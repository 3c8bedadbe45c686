package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.status.ListQuery;
import dev.dbsync.engine.status.TenancyList;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;

/** The tenancies that have an external database, a page at a time. */
@Path("/dashboard/tenancies")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class TenanciesPage {

    private final TenancyList tenancies;
    private final Pages pages;

    TenanciesPage(TenancyList tenancies, Pages pages) {
        this.tenancies = tenancies;
        this.pages = pages;
    }

    @GET
    public TemplateInstance page(@Context UriInfo uri) {
        var asked = uri.getQueryParameters();
        return Templates.tenancies(
                pages.frame("Tenancies", "tenancies"), TenanciesView.of(tenancies.page(ListQuery.of(asked)), asked));
    }
}
