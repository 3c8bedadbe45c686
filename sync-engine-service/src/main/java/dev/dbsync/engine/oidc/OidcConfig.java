package dev.dbsync.engine.oidc;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Which provider vouches for people, and whom it makes what. {@code application.properties} hands these on to Quarkus. */
@ConfigMapping(prefix = "dbsync.oidc")
public interface OidcConfig {

    /** The provider, exactly as it stands in the tokens' {@code iss}; unset, nobody signs in by one. */
    Optional<String> issuer();

    /** The id that the provider has given to this client, and so the audience that tokens must be for. */
    Optional<String> clientId();

    /** The client's secret. Secret. */
    Optional<String> clientSecret();

    /** Where a token says who is what: a claim's name, or its path with slashes in between. */
    @WithDefault("groups")
    String rolesClaim();

    /** Who has this value there may do everything. */
    @WithDefault("dbsync-operator")
    String operatorRole();

    /** Who has this value there may look at everything. */
    @WithDefault("dbsync-viewer")
    String viewerRole();
}
