package dev.dbsync.engine.dashboard;

import jakarta.enterprise.context.ApplicationScoped;

/** Makes the frames of pages. */
@ApplicationScoped
class Pages {

    private final Assets assets;
    private final CurrentSession current;

    Pages(Assets assets, CurrentSession current) {
        this.assets = assets;
        this.current = current;
    }

    /** Whether who is signed in may do more than look; else pages have nothing to do it with. */
    boolean mayChange() {
        Session session = current.get();
        return session != null && session.role().mayChange();
    }

    /** @throws dev.dbsync.common.fault.ApiException 403 {@code READ_ONLY} if they may not: the page is for changing something */
    void requireChange() {
        current.get().role().requireChange();
    }

    Frame frame(String title, String section) {
        Session session = current.get();
        return new Frame(
                title,
                section,
                assets,
                session == null ? null : session.actor(),
                session == null ? null : session.role().word(),
                session == null ? null : session.token());
    }
}
