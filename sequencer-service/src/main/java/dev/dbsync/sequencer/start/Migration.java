package dev.dbsync.sequencer.start;

import dev.dbsync.common.internaldb.InternalSchema;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.jboss.logging.Logger;

/**
 * Brings the internal schema up to date, or waits until somebody else has; one that a later release has migrated is left alone.
 * Everything of it lives in the schema
 * {@code dbsync}, Flyway's history included; the rest of the database is not minded.
 */
@ApplicationScoped
class Migration {

    private static final Logger LOG = Logger.getLogger(Migration.class);

    private static final String TRY_LOCK = "SELECT pg_try_advisory_xact_lock(x'6462'::integer, 2)";
    private static final String CACHE =
            "SELECT seqcache FROM pg_catalog.pg_sequence WHERE seqrelid = 'dbsync.global_seq_id'::regclass";

    private final Flyway flyway;
    private final DataSource dataSource;
    private final boolean atStart;

    Migration(
            Flyway flyway,
            DataSource dataSource,
            @ConfigProperty(name = "dbsync.migrate-at-start", defaultValue = "true") boolean atStart) {
        this.flyway = flyway;
        this.dataSource = dataSource;
        this.atStart = atStart;
    }

    /**
     * Migrates, or looks whether the schema is there.
     *
     * @return whether it is; if not, another replica is at it or nobody is yet
     */
    boolean runOnce() throws SQLException {
        return atStart ? migrate() : isUpToDate();
    }

    /** Tried instead of waited for, so that no connection hangs on a slow migration elsewhere. */
    private boolean migrate() throws SQLException {
        try (Connection guard = dataSource.getConnection();
                Statement statement = guard.createStatement()) {
            guard.setAutoCommit(false);
            try (ResultSet locked = statement.executeQuery(TRY_LOCK)) {
                if (!locked.next() || !locked.getBoolean(1)) {
                    return false;
                }
                if (!isNewer()) {
                    flyway.migrate();
                }
                return true;
            } finally {
                guard.rollback();
            }
        }
    }

    private boolean isUpToDate() {
        MigrationInfoService info = flyway.info();
        return isNewer() || (info.current() != null && info.pending().length == 0);
    }

    /**
     * Whether a later release has migrated this schema already, while it is rolled out or after it was rolled back. It is left as
     * it is then: migrating would put this release's functions in place of the later one's.
     */
    private boolean isNewer() {
        boolean newer = Arrays.stream(flyway.info().applied())
                .anyMatch(migration -> migration.getState() == MigrationState.FUTURE_SUCCESS);
        if (newer) {
            LOG.infof(
                    "The internal schema is a later release's and is left as it is version=%s needed=%d",
                    flyway.info().current().getVersion(), InternalSchema.VERSION);
        }
        return newer;
    }

    /** How many ids a session takes from the sequence at a time. Anything but 1 would break the order of ids. */
    long sequenceCache() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(CACHE)) {
            result.next();
            return result.getLong(1);
        }
    }
}
