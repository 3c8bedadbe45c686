package dev.dbsync.engine.oidc;

import java.util.Optional;

/**
 * Somebody the provider vouches for.
 *
 * @param name for the audit
 * @param role empty for those who have an account and no business here
 */
public record OidcUser(String name, Optional<Role> role) {}
