package dev.dbsync.engine.dashboard;

/**
 * What is around a page's content.
 *
 * @param section which entry of the navigation it belongs to
 * @param actor, role, token null where nobody is signed in
 */
public record Frame(String title, String section, Assets assets, String actor, String role, String token) {

    /** Whether somebody is signed in. */
    public boolean signedIn() {
        return token != null;
    }
}
