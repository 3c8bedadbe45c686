package dev.dbsync.engine.oidc;

import dev.dbsync.common.auth.ActorName;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** The provider that vouches for people, where one is configured. Immutable and thread-safe. */
@ApplicationScoped
public class OidcProvider {

    private final OidcConfig config;

    @Inject
    public OidcProvider(OidcConfig config) {
        this.config = config;
    }

    /** Whether there is one. */
    public boolean isOn() {
        return config.issuer().isPresent();
    }

    /** Provider and client in one text, to which a session is bound: it ends with either. Empty where there is no provider. */
    public Optional<String> registration() {
        return config.issuer().map(issuer -> issuer + "\n" + config.clientId().orElse(""));
    }

    /** The user of a token that Quarkus has verified. */
    OidcUser userOf(SecurityIdentity verified) {
        return new OidcUser(name((JsonWebToken) verified.getPrincipal()), role(verified.getRoles()));
    }

    private Optional<Role> role(Set<String> values) {
        if (values.contains(config.operatorRole())) {
            return Optional.of(Role.OPERATOR);
        }
        return values.contains(config.viewerRole()) ? Optional.of(Role.VIEWER) : Optional.empty();
    }

    /** The first of those claims that says something. */
    private static String name(JsonWebToken token) {
        return Stream.of("preferred_username", "email", "sub")
                .map(claim -> token.<Object>getClaim(claim))
                .map(value -> ActorName.of(value == null ? null : value.toString()))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("somebody without a name");
    }
}
