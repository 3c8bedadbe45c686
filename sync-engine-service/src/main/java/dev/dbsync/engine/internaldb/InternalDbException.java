package dev.dbsync.engine.internaldb;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientException;
import java.util.Set;

/** The internal database failed us. */
public final class InternalDbException extends RuntimeException {

    /** Ours, of a class that PostgreSQL does not use: the schema is older than this release. */
    static final String SCHEMA_TOO_OLD = "DB001";

    private static final Set<String> NOT_MIGRATED = Set.of("42P01", "42703", "3F000", "42883", SCHEMA_TOO_OLD);

    /** Connection, resources, shutdown, authorization that is being set up. */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "53", "57", "58", "28", "3D", "40", "55", "25");

    private final transient SQLException failure;

    InternalDbException(SQLException failure) {
        super(failure);
        this.failure = failure;
    }

    /** The SQLSTATE, empty where the driver gave none. */
    public String sqlState() {
        return failure.getSQLState() == null ? "" : failure.getSQLState();
    }

    /** Whether it is worth trying again later with nothing changed on our side. */
    public boolean passing() {
        String state = sqlState();
        if (state.isEmpty()) {
            // The pool's own: no connection to be had in time.
            return failure instanceof SQLTransientException || failure instanceof SQLTimeoutException || ofThePool();
        }
        return NOT_MIGRATED.contains(state) || PASSING_CLASSES.contains(state.substring(0, 2));
    }

    private boolean ofThePool() {
        return failure.getMessage() != null && failure.getMessage().startsWith("Acquisition timeout");
    }
}
