package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.admin.ExternalDatabaseView;
import dev.dbsync.engine.admin.QuarantineResource;
import dev.dbsync.engine.status.StatusView;
import dev.dbsync.engine.verify.VerificationView;

/**
 * An external database with all that is known of it.
 *
 * @param verification the newest; null where there was none
 * @param mayChange whether who looks may do something about it
 */
public record DatabaseView(
        StatusView.Tenancy tenancy,
        StatusView.Database database,
        ExternalDatabaseView settings,
        QuarantineResource.Page quarantine,
        VerificationView verification,
        boolean mayChange,
        long nowMillis) {

    /** The address of its tenancy's page. */
    public String tenancyAddress() {
        return "/dashboard/tenancies/" + database.tenancyId();
    }

    /** The address of its page. */
    public String address() {
        return tenancyAddress() + "/external-databases/" + database.id();
    }

    /** Whether a verification is under way. */
    public boolean verifying() {
        return verification != null && verification.finishedAtMillis() == null;
    }

    /** Keys that were found to differ and are as they were. */
    public long differences() {
        return verification == null
                ? 0
                : verification.mappings().stream().mapToLong(DatabaseView::left).sum();
    }

    private static long left(VerificationView.MappingView mapping) {
        long found = Show.number(mapping.missing()) + Show.number(mapping.extra()) + Show.number(mapping.different());
        return Math.max(0, found - Show.number(mapping.repaired()));
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
