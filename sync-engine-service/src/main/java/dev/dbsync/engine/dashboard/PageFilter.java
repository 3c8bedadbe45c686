package dev.dbsync.engine.dashboard;

import dev.dbsync.common.fault.ErrorBody;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Gives every answer of the dashboard its security headers, and makes sentences of refusals. */
@Singleton
public class PageFilter {

    static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Pages pages;

    PageFilter(Pages pages) {
        this.pages = pages;
    }

    @ServerResponseFilter(priority = Priorities.USER)
    public void secure(ContainerRequestContext request, ContainerResponseContext response) {
        String path = request.getUriInfo().getPath();
        if (!Paths.isOurs(path)) {
            return;
        }
        var headers = response.getHeaders();
        headers.putSingle("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        headers.putSingle("X-Content-Type-Options", "nosniff");
        headers.putSingle("X-Frame-Options", "DENY");
        headers.putSingle("Referrer-Policy", "same-origin");
        headers.putSingle("Cross-Origin-Opener-Policy", "same-origin");
        headers.putSingle("Cross-Origin-Resource-Policy", "same-origin");
        if (!(Paths.isAsset(path) && response.getStatus() == 200)) {
            headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
        }
        if (response.getEntity() instanceof ErrorBody refusal) {
            explain(refusal, request, response);
        }
    }

    private void explain(ErrorBody refusal, ContainerRequestContext request, ContainerResponseContext response) {
        var headers = response.getHeaders();
        headers.remove(HttpHeaders.WWW_AUTHENTICATE);
        boolean byHtmx = request.getHeaderString(Htmx.REQUEST) != null;
        if (byHtmx) {
            headers.putSingle(Htmx.RETARGET, "#notice");
            headers.putSingle(Htmx.RESWAP, "innerHTML");
        }
        String text = byHtmx
                ? Templates.notice(Notice.refused(refusal.error())).render()
                : Templates.refusal(pages.frame("Not here", ""), response.getStatus(), refusal.error())
                        .render();
        response.setEntity(text, null, MediaType.TEXT_HTML_TYPE.withCharset("utf-8"));
        headers.putSingle(HttpHeaders.CONTENT_TYPE, MediaType.TEXT_HTML_TYPE.withCharset("utf-8"));
    }
}
