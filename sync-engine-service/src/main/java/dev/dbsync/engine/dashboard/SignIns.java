package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.audit.Audit;
import dev.dbsync.engine.audit.AuditNotes;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.NewCookie;

/** What every way of signing in ends with: the audit hears of it, and the browser gets its cookie. */
@ApplicationScoped
class SignIns {

    private final SessionCookie cookies;
    private final Audit audit;
    private final AuditNotes notes;

    SignIns(SessionCookie cookies, Audit audit, AuditNotes notes) {
        this.cookies = cookies;
        this.audit = audit;
        this.notes = notes;
    }

    /** @param secret of the session, which is open already */
    NewCookie withToken(String actor, String secret, HttpServerRequest request) {
        notes.inSessionOf(actor);
        audit.happened("sign-in");
        return cookies.of(secret, request);
    }

    /** @param secret of the session, which is open already */
    NewCookie byProvider(String actor, String secret, HttpServerRequest request) {
        notes.vouchedByProvider();
        return withToken(actor, secret, request);
    }
}
