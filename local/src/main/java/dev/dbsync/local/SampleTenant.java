package dev.dbsync.local;

import java.util.UUID;

/** The two tenants of {@code seed.sql}, each with a database of its own. */
enum SampleTenant {
    ACME("acme", "tenant_a", "a0000000-0000-4000-8000-00000000000a"),
    GLOBEX("globex", "tenant_b", "b0000000-0000-4000-8000-00000000000b");

    private final String project;
    private final String database;
    private final UUID tenancy;

    SampleTenant(String project, String database, String tenancy) {
        this.project = project;
        this.database = database;
        this.tenancy = UUID.fromString(tenancy);
    }

    /** The name of its project, and the id of its external database. */
    String project() {
        return project;
    }

    String database() {
        return database;
    }

    UUID tenancy() {
        return tenancy;
    }
}
