package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.audit.AuditResource;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** What operators did, the newest first. */
@Path("/dashboard/audit")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class AuditPage {

    private final AuditResource audit;
    private final Pages pages;

    AuditPage(AuditResource audit, Pages pages) {
        this.audit = audit;
        this.pages = pages;
    }

    @GET
    public TemplateInstance page(
            @QueryParam("tenancyId") @DefaultValue("") String tenancy,
            @QueryParam("cursor") @DefaultValue("") String cursor) {
        return Templates.audit(
                pages.frame("Audit", "audit"), audit.page(tenancy, null, cursor), tenancy, cursor.isEmpty());
    }
}
