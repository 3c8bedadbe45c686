package dev.dbsync.engine.dashboard;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.oidc.OidcCodeFlow;
import dev.dbsync.engine.oidc.OidcCodeFlow.SignedIn;
import dev.dbsync.engine.oidc.OidcCodeFlow.ToProvider;
import dev.dbsync.engine.oidc.OidcProvider;
import dev.dbsync.engine.oidc.OidcUser;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Where one sets out for the identity provider, and comes back to. */
@Path(Paths.SIGN_IN_OIDC)
@Produces(MediaType.TEXT_HTML)
@Blocking
public class OidcSignInPage {

    private final OidcProvider provider;
    private final OidcCodeFlow flow;
    private final Sessions sessions;
    private final SignIns signIns;
    private final Pages pages;

    OidcSignInPage(OidcProvider provider, OidcCodeFlow flow, Sessions sessions, SignIns signIns, Pages pages) {
        this.provider = provider;
        this.flow = flow;
        this.sessions = sessions;
        this.signIns = signIns;
        this.pages = pages;
    }

    @GET
    public Response next(@Context HttpServerRequest request) {
        if (!provider.isOn()) {
            throw ApiException.notFound("There is nothing at this address");
        }
        OidcCodeFlow.Step step = flow.next();
        if (step instanceof ToProvider there) {
            return Paths.goTo(there.address()).build();
        }
        return opened(((SignedIn) step).user(), request);
    }

    /** A page that leads on, not a redirect: at the end of a chain that began at the provider our cookie would not be sent. */
    private Response opened(OidcUser user, HttpServerRequest request) {
        String secret = sessions.openByProvider(user.name(), user.requireRole());
        return Response.ok(Templates.signedIn(pages.frame("Signed in", "")))
                .cookie(signIns.byProvider(user.name(), secret, request))
                .build();
    }
}
