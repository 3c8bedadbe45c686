package dev.dbsync.engine.dashboard;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.oidc.Role;

/**
 * Somebody who is signed in.
 *
 * @param actor the name they gave, or that the identity provider has of them; null where they gave none
 * @param role what they may do
 * @param vouched whether the identity provider vouches for them
 * @param token what every request that changes something has to carry, so that no other site can send one
 */
record Session(String actor, Role role, boolean vouched, String token) {

    /** @throws ApiException 403 {@code READ_ONLY} if they may only look */
    void requireChange() {
        if (!role.mayChange()) {
            throw new ApiException(
                    403, "READ_ONLY", "You are signed in as a viewer: you may look at everything and change nothing");
        }
    }

    @Override
    public String toString() {
        return "Session[actor=" + actor + ", role=" + role + "]";
    }
}
