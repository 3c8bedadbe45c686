package dev.dbsync.engine.dashboard;

import dev.dbsync.common.auth.ActorName;
import dev.dbsync.engine.admin.AdminTokens;
import dev.dbsync.engine.oidc.OidcProvider;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Where one shows the admin token, once, or sets out for the identity provider. */
@Path("/dashboard")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class SignInPage {

    private static final Logger LOG = Logger.getLogger(SignInPage.class);

    private final AdminTokens tokens;
    private final Sessions sessions;
    private final SessionCookie cookies;
    private final SignInThrottle throttle;
    private final SignIns signIns;
    private final OidcProvider provider;
    private final Pages pages;

    SignInPage(
            AdminTokens tokens,
            Sessions sessions,
            SessionCookie cookies,
            SignInThrottle throttle,
            SignIns signIns,
            OidcProvider provider,
            Pages pages) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.cookies = cookies;
        this.throttle = throttle;
        this.signIns = signIns;
        this.provider = provider;
        this.pages = pages;
    }

    @GET
    @Path("/sign-in")
    public TemplateInstance form(@QueryParam("next") String next) {
        return page(next, null);
    }

    @POST
    @Path("/sign-in")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response signIn(
            @FormParam("token") String given,
            @FormParam("actor") String actor,
            @FormParam("next") String next,
            @Context HttpServerRequest request) {
        String address = String.valueOf(request.remoteAddress().hostAddress());
        Optional<Duration> wait = throttle.waitOf(address);
        if (wait.isPresent()) {
            long seconds = wait.get().toSeconds() + 1;
            return Response.status(429)
                    .header(HttpHeaders.RETRY_AFTER, seconds)
                    .entity(page(next, "Too many wrong tokens from your address. Try again in " + seconds + " s."))
                    .build();
        }
        String shown = given == null ? "" : given.strip();
        Optional<String> tokenName = tokens.nameOfToken(shown);
        if (tokenName.isEmpty()) {
            throttle.failed(address);
            LOG.warnf("Somebody tried to sign in to the dashboard with a wrong token address=%s", address);
            return Response.status(401)
                    .entity(page(
                            next,
                            "This is not the admin token. It is the value of DBSYNC_ADMIN_TOKEN, or one of"
                                    + " DBSYNC_ADMIN_TOKEN_HASHES."))
                    .build();
        }
        throttle.succeeded(address);
        String name = ActorName.of(actor).orElse(tokenName.get());
        String secret = sessions.open(name, shown);
        return Paths.goTo(Paths.returnable(next))
                .cookie(signIns.withToken(name, secret, request))
                .build();
    }

    @POST
    @Path("/sign-out")
    public Response signOut(@CookieParam(SessionCookie.NAME) String secret, @Context HttpServerRequest request) {
        sessions.close(secret);
        return Response.noContent()
                .header(Htmx.REDIRECT, Paths.SIGN_IN)
                .cookie(cookies.none(request))
                .build();
    }

    private TemplateInstance page(String next, String refusal) {
        return Templates.signIn(pages.frame("Sign in", ""), Paths.returnable(next), refusal, provider.isOn());
    }
}
