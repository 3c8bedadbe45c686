package dev.dbsync.engine.oidc;

import dev.dbsync.common.fault.ApiException;
import java.util.Optional;

/**
 * Somebody the provider vouches for.
 *
 * @param name for the audit
 * @param role empty for those who have an account and no business here
 */
public record OidcUser(String name, Optional<Role> role) {

    /** @throws ApiException 403 {@code NO_ROLE} if they have none */
    public Role requireRole() {
        return role.orElseThrow(() -> new ApiException(
                403, "NO_ROLE", "Your account has no role here; an administrator of your accounts can give it one"));
    }
}
