package dev.dbsync.engine.oidc;

import dev.dbsync.common.fault.ApiException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Signing in at the provider, by the authorization code flow: this browser is sent there with a state, a nonce and a PKCE challenge whose
 * counterparts an encrypted cookie keeps, and comes back with a code for tokens. Thread-safe. Blocking, so for worker threads.
 */
@ApplicationScoped
public class OidcCodeFlow {

    private static final Logger LOG = Logger.getLogger(OidcCodeFlow.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String COOKIE_OF_QUARKUS = "q_session";

    private final OidcProvider provider;
    private final HttpAuthenticator authenticator;
    private final CurrentVertxRequest http;

    OidcCodeFlow(OidcProvider provider, HttpAuthenticator authenticator, CurrentVertxRequest http) {
        this.provider = provider;
        this.authenticator = authenticator;
        this.http = http;
    }

    /** What comes of the request. */
    public sealed interface Step {}

    /** The browser is to go there. */
    public record ToProvider(String address) implements Step {}

    /** The provider vouches for somebody. */
    public record SignedIn(OidcUser user) implements Step {}

    /**
     * Takes the request under way one step further.
     *
     * @throws ApiException 401 {@code SIGN_IN_FAILED} if it comes back from the provider and does not hold; 503 if the provider is away
     */
    public Step next() {
        RoutingContext request = http.getCurrent();
        try {
            SecurityIdentity identity =
                    authenticator.attemptAuthentication(request).await().atMost(PATIENCE);
            if (identity != null && !identity.isAnonymous()) {
                request.response().removeCookies(COOKIE_OF_QUARKUS);
                return new SignedIn(provider.userOf(identity));
            }
            if (request.request().query() != null) {
                throw failed("no sign-in was begun by this browser with this state");
            }
            return new ToProvider(
                    addressOf(authenticator.getChallenge(request).await().atMost(PATIENCE)));
        } catch (ApiException refusal) {
            throw refusal;
        } catch (RuntimeException fault) {
            throw OidcFault.isAway(fault) ? OidcFault.away() : failed(OidcFault.reason(fault));
        }
    }

    private static String addressOf(ChallengeData challenge) {
        return challenge.getHeaders().entrySet().stream()
                .filter(header -> header.getKey().toString().equalsIgnoreCase(HttpHeaders.LOCATION))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> failed("the provider’s page led back without an answer"));
    }

    private static ApiException failed(String reason) {
        LOG.warnf(
                "Somebody tried to sign in to the dashboard by the identity provider and was refused reason=%s",
                reason);
        return new ApiException(
                401,
                "SIGN_IN_FAILED",
                "The identity provider did not confirm this sign-in, or it took too long; begin again on the page to sign in");
    }
}
