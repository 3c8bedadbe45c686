package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.status.StatusView;

/**
 * A tenancy and its databases.
 *
 * @param mayChange whether who looks may do something about them
 */
public record TenancyView(StatusView status, boolean mayChange) {

    /** The address of its page. */
    public String address() {
        return "/dashboard/tenancies/" + status.tenancy().id();
    }

    public boolean empty() {
        return status.syncEngine().externalDatabases().isEmpty();
    }
}
