package dev.dbsync.engine.audit;

import jakarta.enterprise.context.RequestScoped;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is to be remembered of the request under way, beside its address. */
@RequestScoped
public class AuditNotes {

    private final Map<String, Object> details = new LinkedHashMap<>();
    private boolean inSession;
    private String actor;
    private String database;

    /** The request is one of a session of the dashboard, opened by somebody of this name; null where they gave none. */
    public void inSessionOf(String name) {
        inSession = true;
        actor = name;
    }

    /** It is about this external database, which its address does not tell. */
    public void database(String id) {
        database = id;
    }

    /** The request came with the token of this name. */
    void withToken(String name) {
        actor = name;
    }

    /** The identity provider says that this is the actor's name. */
    public void vouchedByProvider() {
        note("vouched_by", "oidc");
    }

    /** Something that was asked for. Never a secret. */
    public void note(String name, Object value) {
        details.put(name, value);
    }

    String via() {
        return inSession ? "dashboard" : "api";
    }

    String actor() {
        return actor;
    }

    String database() {
        return database;
    }

    Map<String, Object> details() {
        return details;
    }
}
