package dev.dbsync.engine.sync;

import java.sql.SQLException;

/** The internal database failed us; no fault of any target. */
final class SourceException extends RuntimeException {

    SourceException(SQLException cause) {
        super("The internal database failed: " + cause.getMessage(), cause);
    }

    /** Whether it was one mapping's statement over one tenancy's rows, so that others may go on. */
    boolean isAboutRows() {
        String state = ((SQLException) getCause()).getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("42") || state.startsWith("21"));
    }
}
