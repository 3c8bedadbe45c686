package dev.dbsync.engine.dashboard;

/**
 * Somebody who is signed in.
 *
 * @param actor the name they gave; null where they gave none
 * @param token what every request that changes something has to carry, so that no other site can send one
 */
record Session(String actor, String token) {

    @Override
    public String toString() {
        return "Session[actor=" + actor + "]";
    }
}
