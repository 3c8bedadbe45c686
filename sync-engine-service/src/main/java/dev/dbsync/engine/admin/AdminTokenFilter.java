package dev.dbsync.engine.admin;

import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Lets nobody at the API without an admin token. It asks before anything else is looked at, so that without the token no
 * address tells whether it exists; deliveries alone pass, because they are signed instead.
 */
@Singleton
public class AdminTokenFilter {

    /** The request's property with the name of the token it came with. */
    public static final String TOKEN_NAME = AdminTokenFilter.class.getName() + ".name";

    private static final String API = "/api/";
    private static final String SIGNED = "/api/latest/internal/external-db-sync/sync-engine";

    private final AdminTokens tokens;

    AdminTokenFilter(AdminTokens tokens) {
        this.tokens = tokens;
    }

    @ServerRequestFilter(preMatching = true, nonBlocking = true)
    public void authenticate(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        if (path.startsWith(API) && !path.equals(SIGNED)) {
            request.setProperty(TOKEN_NAME, tokens.require(request.getHeaderString(HttpHeaders.AUTHORIZATION)));
        }
    }
}
