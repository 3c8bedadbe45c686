package dev.dbsync.engine.internaldb;

import dev.dbsync.common.sql.Sql;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;

/** The application's table of tenancies, which exists with the reference schema only. */
public final class TenancyTable {

    private static final Sql HAS_TENANCY_TABLE = Sql.resource(TenancyTable.class, "has_tenancy_table.sql");
    private static final Sql IS_IN_TENANCY_TABLE = Sql.resource(TenancyTable.class, "is_in_tenancy_table.sql");

    private TenancyTable() {}

    /** Whether there is such a table. */
    public static boolean exists(InternalDb.Session session) throws SQLException {
        return session.queryOne(HAS_TENANCY_TABLE, Map.of(), row -> row.getBoolean(1))
                .orElse(false);
    }

    /** Whether there is such a table and the tenancy is in it. */
    public static boolean contains(InternalDb.Session session, UUID tenancy) throws SQLException {
        return exists(session)
                && session.queryOne(IS_IN_TENANCY_TABLE, Map.of("tenancy", tenancy), row -> row.getBoolean(1))
                        .orElse(false);
    }
}
