package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.status.StatusView;

/** A tenancy and its databases. */
public record TenancyView(StatusView status) {

    /** The address of its page. */
    public String address() {
        return "/dashboard/tenancies/" + status.tenancy().id();
    }

    public boolean empty() {
        return status.syncEngine().externalDatabases().isEmpty();
    }
}
