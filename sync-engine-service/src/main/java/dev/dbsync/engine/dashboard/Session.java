package dev.dbsync.engine.dashboard;

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

    @Override
    public String toString() {
        return "Session[actor=" + actor + ", role=" + role + "]";
    }
}
