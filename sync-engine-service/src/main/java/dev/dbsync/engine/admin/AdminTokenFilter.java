package dev.dbsync.engine.admin;

import dev.dbsync.engine.oidc.OidcTokens;
import dev.dbsync.engine.oidc.OidcUser;
import dev.dbsync.engine.oidc.Role;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Lets nobody at the API without an admin token, or a token of the identity provider for somebody with a role. It asks before anything
 * else is looked at, so that without one no address tells whether it exists; deliveries alone pass, because they are signed instead.
 */
@Singleton
public class AdminTokenFilter {

    /** The request's property with the name of the token it came with, or of the user that its token is of. */
    public static final String TOKEN_NAME = AdminTokenFilter.class.getName() + ".name";

    /** The request's property that is there if the identity provider vouches for that name. */
    public static final String VOUCHED = AdminTokenFilter.class.getName() + ".vouched";

    private static final String API = "/api/";
    private static final String SIGNED = "/api/latest/internal/external-db-sync/sync-engine";
    private static final Set<String> READING = Set.of("GET", "HEAD");

    private final AdminTokens tokens;
    private final OidcTokens oidcTokens;

    AdminTokenFilter(AdminTokens tokens, OidcTokens oidcTokens) {
        this.tokens = tokens;
        this.oidcTokens = oidcTokens;
    }

    @ServerRequestFilter(preMatching = true, nonBlocking = true)
    public Uni<Void> authenticate(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        if (!path.startsWith(API) || path.equals(SIGNED)) {
            return Uni.createFrom().voidItem();
        }
        String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        Optional<String> token = tokens.nameOf(authorization);
        if (token.isPresent()) {
            request.setProperty(TOKEN_NAME, token.get());
            return Uni.createFrom().voidItem();
        }
        return oidcTokens
                .userOf(authorization)
                .invoke(user -> admit(user.orElseThrow(AdminTokens::unauthorized), request))
                .replaceWithVoid();
    }

    private static void admit(OidcUser user, ContainerRequestContext request) {
        Role role = user.requireRole();
        if (!READING.contains(request.getMethod())) {
            role.requireChange();
        }
        request.setProperty(TOKEN_NAME, user.name());
        request.setProperty(VOUCHED, true);
    }
}
