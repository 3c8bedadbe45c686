package dev.dbsync.engine.dashboard;

import jakarta.enterprise.context.RequestScoped;

/** Whose request this is. */
@RequestScoped
class CurrentSession {

    private Session session;

    void is(Session opened) {
        session = opened;
    }

    /** Null where nobody is signed in, as on the page to sign in. */
    Session get() {
        return session;
    }
}
