package dev.dbsync.engine.oidc;

import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.TenantIdentityProvider;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Bearer tokens of the provider: signature by its keys, issuer, audience and expiry. Only what looks like a signed JWT is looked at,
 * so that nobody can have us ask the provider about anything they make up. Thread-safe, never blocks.
 *
 * <p>Not a singleton: filters are made while the service is built up, before there is any configuration to read.
 */
@ApplicationScoped
public class OidcTokens {

    private static final Logger LOG = Logger.getLogger(OidcTokens.class);
    private static final Pattern SIGNED_JWT =
            Pattern.compile("(?i:Bearer) +([A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+) *");

    private final OidcProvider provider;
    private final TenantIdentityProvider verifier;
    private final Clock clock;

    private volatile Instant awayUntil = Instant.MIN;

    OidcTokens(OidcProvider provider, TenantIdentityProvider verifier, Clock clock) {
        this.provider = provider;
        this.verifier = verifier;
        this.clock = clock;
    }

    /**
     * The user whose token the header carries; empty if it carries none that holds, or there is no provider. Fails with 503
     * {@code IDENTITY_PROVIDER_UNAVAILABLE} if that cannot be told.
     *
     * @param authorization the {@code Authorization} header, null where there is none
     */
    public Uni<Optional<OidcUser>> userOf(String authorization) {
        Matcher token = SIGNED_JWT.matcher(authorization == null ? "" : authorization);
        if (!provider.isOn() || !token.matches()) {
            return Uni.createFrom().item(Optional.empty());
        }
        if (clock.instant().isBefore(awayUntil)) {
            return Uni.createFrom().failure(OidcFault.away());
        }
        return verified(token.group(1))
                .onFailure(OidcFault::isAway)
                .transform(this::away)
                .onFailure(OidcFault::isRefusal)
                .recoverWithItem(OidcTokens::nobody);
    }

    private Uni<Optional<OidcUser>> verified(String token) {
        return Uni.createFrom()
                .deferred(() -> verifier.authenticate(new AccessTokenCredential(token)))
                .map(identity -> Optional.of(provider.userOf(identity)));
    }

    private Throwable away(Throwable fault) {
        if (OidcFault.neverMet(fault)) {
            awayUntil = clock.instant().plus(OidcFault.PAUSE);
        }
        return OidcFault.away();
    }

    private static Optional<OidcUser> nobody(Throwable fault) {
        LOG.debugf("A token of the identity provider was refused reason=%s", OidcFault.reason(fault));
        return Optional.empty();
    }
}
