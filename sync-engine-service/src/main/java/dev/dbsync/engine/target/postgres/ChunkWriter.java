package dev.dbsync.engine.target.postgres;

import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.TargetFault;
import dev.dbsync.engine.target.TargetFault.Scope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Writes chunks of a copy by {@code COPY … FROM STDIN}, in the transaction under way: straight into the table, or into a temporary
 * table that goes with the transaction and is merged. What the target refuses is undone as if it had not been tried, and
 * the lock on the position is kept. Not thread-safe.
 */
public final class ChunkWriter {

    private static final Logger LOG = Logger.getLogger(ChunkWriter.class);
    private static final String UNIQUE_VIOLATION = "23505";

    private final Connection connection;
    private final PostgresDialect dialect;
    private final PostgresTarget target;

    ChunkWriter(Connection connection, PostgresDialect dialect, PostgresTarget target) {
        this.connection = connection;
        this.dialect = dialect;
        this.target = target;
    }

    /**
     * What a chunk meets, to be asked for under the position's lock.
     *
     * @param version of the position's row: another one as soon as anybody has written it, whatever he wrote
     * @param watched whether anything of the tenant's sees rows on their way into the table
     */
    public record State(String version, boolean watched) {}

    /**
     * What became of a chunk.
     *
     * @param changed rows that changed in the target
     * @param version of the position's row that goes with it
     * @param straight whether it went into the table itself
     */
    public record Written(long changed, String version, boolean straight) {}

    public State state(Mapping mapping) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(dialect.chunkState(mapping))) {
            target.setMapping(statement, 1, mapping.id());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new State(row.getString("version"), row.getBoolean("watched"));
            }
        }
    }

    /**
     * Writes a chunk and the position that follows.
     *
     * @param straight whether to try the table itself first; it must hold no row of the chunk
     * @return empty if the target does not take the chunk as a whole; then nothing of it was written
     * @throws SQLException if the connection is of no use any more
     */
    public Optional<Written> write(Mapping mapping, BinaryRows rows, boolean straight, Position next)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            boolean wentStraight = straight && copied(mapping, rows, before);
            long changed = wentStraight ? rows.rows() : merge(mapping, rows);
            Optional<Written> written = save(mapping, next, changed, wentStraight);
            if (written.isEmpty()) {
                connection.rollback(before);
            }
            connection.releaseSavepoint(before);
            return written;
        } catch (SQLException e) {
            if (TargetFault.from(e).scope() == Scope.CONNECTION || connection.isClosed()) {
                throw e;
            }
            LOG.debugf("A chunk is not taken as a whole mapping=%s sqlState=%s", mapping.id(), e.getSQLState());
            connection.rollback(before);
            connection.releaseSavepoint(before);
            return Optional.empty();
        }
    }

    /** @return false if some row is there already; then nothing was written */
    private boolean copied(Mapping mapping, BinaryRows rows, Savepoint before) throws SQLException {
        try {
            copy(dialect.copyIntoTable(mapping), rows);
            return true;
        } catch (SQLException e) {
            if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            return false;
        }
    }

    private long merge(Mapping mapping, BinaryRows rows) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(dialect.createChunkTable(mapping));
            copy(dialect.copyIntoChunkTable(mapping), rows);
            return statement.executeLargeUpdate(dialect.mergeChunkTable(mapping));
        }
    }

    private void copy(String sql, BinaryRows rows) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        try {
            rows.sendTo(copy);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** A trigger or rule that came since may have changed what was written; while we hold the table none can be added. */
    private Optional<Written> save(Mapping mapping, Position next, long changed, boolean straight) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(dialect.savePositionOfChunk(mapping))) {
            target.setPosition(statement, 1, mapping.id(), next);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && !row.getBoolean("watched")
                        ? Optional.of(new Written(changed, row.getString("version"), straight))
                        : Optional.empty();
            }
        }
    }
}
