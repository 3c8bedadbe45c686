package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.status.ListQuery;
import dev.dbsync.engine.status.StatusReader;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;

/** Everybody's external databases, a page at a time. */
@Path("/dashboard/tenancies")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class TenanciesPage {

    private static final String ROWS = "50";

    private final StatusReader status;
    private final Pages pages;
    private final Clock clock;

    TenanciesPage(StatusReader status, Pages pages, Clock clock) {
        this.status = status;
        this.pages = pages;
        this.clock = clock;
    }

    @GET
    public TemplateInstance page(
            @QueryParam("search") @DefaultValue("") String search,
            @QueryParam("state") @DefaultValue("") String state,
            @QueryParam("sort") @DefaultValue("") String sort,
            @QueryParam("cursor") @DefaultValue("") String cursor) {
        return Templates.tenancies(pages.frame("Tenancies", "tenancies"), view(search, state, sort, cursor));
    }

    private TenanciesView view(String search, String state, String sort, String cursor) {
        return new TenanciesView(
                status.page(ListQuery.of(state, search, sort, ROWS, cursor)),
                search,
                state,
                sort,
                cursor,
                clock.millis());
    }
}
