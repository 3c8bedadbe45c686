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

    Frame frame(String title, String section) {
        Session session = current.get();
        return new Frame(
                title,
                section,
                assets,
                session == null ? null : session.actor(),
                session == null ? null : session.token());
    }
}
