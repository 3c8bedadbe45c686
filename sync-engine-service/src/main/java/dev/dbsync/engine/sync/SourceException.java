package dev.dbsync.engine.sync;

import java.sql.SQLException;

/** The internal database failed us; no fault of any target. */
public final class SourceException extends RuntimeException {

    SourceException(SQLException cause) {
        super("The internal database failed: " + cause.getMessage(), cause);
    }

    /** As the database gave it; null if it did not answer. */
    public String sqlState() {
        return ((SQLException) getCause()).getSQLState();
    }

    /** Whether one mapping's statement fails over one tenancy's rows, so that others may go on. */
    public boolean isAboutRows() {
        String state = sqlState();
        return state != null && (state.startsWith("22") || state.startsWith("42") || state.startsWith("21"));
    }

    /** Whether one mapping's statement took too long, so that others may go on. */
    public boolean isTimeout() {
        return "57014".equals(sqlState());
    }
}
