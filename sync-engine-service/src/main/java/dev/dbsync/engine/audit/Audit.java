package dev.dbsync.engine.audit;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Remembers the actions of the request under way. Thread-safe. */
@ApplicationScoped
public class Audit {

    /** The outcome of what was not refused. */
    static final String DONE = "done";

    private static final Logger LOG = Logger.getLogger(Audit.class);

    private final AuditStore store;
    private final AuditNotes notes;
    private final CurrentVertxRequest http;

    Audit(AuditStore store, AuditNotes notes, CurrentVertxRequest http) {
        this.store = store;
        this.notes = notes;
        this.http = http;
    }

    /** Remembers something that has happened already: that a session was opened. */
    public void happened(String action) {
        end(begin(new AdminAction(action, null, null)), DONE);
    }

    long begin(AdminAction action) {
        return store.begin(action, notes, address());
    }

    /** Never throws: what happened has happened. */
    void end(long id, String outcome) {
        try {
            store.end(id, notes, outcome);
        } catch (RuntimeException e) {
            LOG.warnf(e, "How an action of an operator ended could not be recorded auditId=%d outcome=%s", id, outcome);
        }
    }

    private String address() {
        SocketAddress remote = http.getCurrent().request().remoteAddress();
        return remote == null || remote.hostAddress() == null ? "unknown" : remote.hostAddress();
    }
}
