package dev.dbsync.cli;

import java.util.UUID;
import picocli.CommandLine.Parameters;

/** The two arguments that name an external database. */
final class OneDatabase {

    @Parameters(index = "0", paramLabel = "TENANCY", description = "The tenancy's id.")
    private UUID tenancy;

    @Parameters(index = "1", paramLabel = "DATABASE", description = "The external database's id, such as main.")
    private String id;

    /** Its route, with what is asked of it. */
    String path(String action) {
        return "/tenancies/" + tenancy + "/external-databases/" + AdminApi.encoded(id) + action;
    }

    UUID tenancy() {
        return tenancy;
    }

    String id() {
        return id;
    }

    @Override
    public String toString() {
        return id + " of " + tenancy;
    }
}
