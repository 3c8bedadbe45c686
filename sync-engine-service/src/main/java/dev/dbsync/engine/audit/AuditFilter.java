package dev.dbsync.engine.audit;

import dev.dbsync.common.fault.ErrorBody;
import dev.dbsync.engine.admin.AdminTokenFilter;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Stands around every route that changes something, behind those who ask for a credential. */
@Singleton
public class AuditFilter {

    private static final String ID = AuditFilter.class.getName() + ".id";

    private final Audit audit;
    private final AuditNotes notes;

    AuditFilter(Audit audit, AuditNotes notes) {
        this.audit = audit;
        this.notes = notes;
    }

    @ServerRequestFilter(priority = Priorities.USER)
    public void begin(ContainerRequestContext request) {
        if (request.getProperty(AdminTokenFilter.TOKEN_NAME) instanceof String name) {
            notes.withToken(name);
        }
        if (request.getProperty(AdminTokenFilter.VOUCHED) != null) {
            notes.vouchedByProvider();
        }
        AdminAction.of(request.getMethod(), request.getUriInfo().getPath())
                .ifPresent(action -> request.setProperty(ID, audit.begin(action)));
    }

    /** Before the dashboard makes a page of a refusal. */
    @ServerResponseFilter(priority = Priorities.USER + 1000)
    public void end(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(ID) instanceof Long id) {
            audit.end(id, outcome(response));
        }
    }

    private static String outcome(ContainerResponseContext response) {
        if (response.getEntity() instanceof ErrorBody refusal) {
            return refusal.code();
        }
        return response.getStatus() < 400 ? Audit.DONE : "HTTP_" + response.getStatus();
    }
}
