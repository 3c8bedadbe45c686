package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.admin.ExternalDatabaseView;
import dev.dbsync.engine.admin.QuarantineResource;
import dev.dbsync.engine.status.StatusView;

/** An external database with all that is known of it. */
public record DatabaseView(
        StatusView.Tenancy tenancy,
        StatusView.Database database,
        ExternalDatabaseView settings,
        QuarantineResource.Page quarantine,
        long nowMillis) {

    /** The address of its tenancy's page. */
    public String tenancyAddress() {
        return "/dashboard/tenancies/" + database.tenancyId();
    }

    /** The address of its page. */
    public String address() {
        return tenancyAddress() + "/external-databases/" + database.id();
    }

    /** What a screen reader says when it changes. */
    public String announcement() {
        return database.id() + ": " + Show.stateWord(database.status());
    }

    /** Rows in quarantine, of all mappings. */
    public long quarantinedRows() {
        return database.mappingStatus().stream()
                .mapToLong(mapping -> Show.number(mapping.quarantinedRows()))
                .sum();
    }
}
