package dev.dbsync.common.internaldb;

import dev.dbsync.common.sql.Sql;

/**
 * The version of the internal schema that this release is written for. It works with that and with newer ones, since migrations
 * only expand what the release before still uses; with an older one it does not begin (docs/operations.md, "Upgrading").
 */
public final class InternalSchema {

    /** The newest migration's; a test insists. */
    public static final int VERSION = 10;

    /** One row with the column {@code version}: what the database has. */
    public static final Sql VERSION_THERE = Sql.resource(InternalSchema.class, "schema_version.sql");

    private InternalSchema() {}

    /** Whether this release can work. */
    public static boolean isEnough(int version) {
        return version >= VERSION;
    }

    /** Says what is missing, for whoever looks at a service that waits. */
    public static String tooOld(int version) {
        return "the internal schema is at version " + version + " and this release needs " + VERSION
                + ": its migrations have not run yet";
    }
}
