package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.status.StatusReader;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The application's tables and what the logs hold of them. */
@Path("/dashboard/tables")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class TablesPage {

    private final StatusReader status;
    private final Pages pages;

    TablesPage(StatusReader status, Pages pages) {
        this.status = status;
        this.pages = pages;
    }

    @GET
    public TemplateInstance page() {
        return Templates.tables(pages.frame("Source tables", "tables"), status.ofAll());
    }

    @GET
    @Path("/live")
    public TemplateInstance live() {
        return Templates.tables$live(status.ofAll());
    }
}
