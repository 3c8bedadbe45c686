package dev.dbsync.sequencer.capture;

import dev.dbsync.common.mapping.TableName;
import dev.dbsync.common.sql.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Has the logs notify the sequencer, or not: triggers on our own tables, so they cover whatever is logged by whomever. Waits for the
 * writers no longer than capture does. Thread-safe.
 */
@ApplicationScoped
public class CaptureNotifications {

    private static final Logger LOG = Logger.getLogger(CaptureNotifications.class);
    private static final Sql NOTIFYING = Sql.resource(CaptureNotifications.class, "notifying.sql");

    private final DataSource dataSource;
    private final boolean notify;

    CaptureNotifications(
            DataSource dataSource, @ConfigProperty(name = "dbsync.sequencer.capture-notify") boolean notify) {
        this.dataSource = dataSource;
        this.notify = notify;
    }

    /**
     * Brings the triggers to where they should be.
     *
     * @return the logs where something had to be done
     * @throws SQLException if a log's writers kept it waiting for too long, among others
     */
    public List<String> runOnce() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            List<String> logs = others(connection);
            try (Statement statement = connection.createStatement()) {
                for (String log : logs) {
                    statement.execute("SET LOCAL lock_timeout = '1500ms'");
                    statement.execute("ALTER TABLE dbsync." + TableName.quote(log)
                            + (notify ? " ENABLE ALWAYS" : " DISABLE") + " TRIGGER notify_sequencer");
                    connection.commit();
                }
            }
            connection.rollback();
            if (!logs.isEmpty()) {
                LOG.infof("Capture notifications are %s logs=%s", notify ? "on" : "off", logs);
            }
            return logs;
        }
    }

    private List<String> others(Connection connection) throws SQLException {
        var logs = new ArrayList<String>();
        try (PreparedStatement statement = connection.prepareStatement(NOTIFYING.jdbc())) {
            NOTIFYING.bind(statement, Map.of("notify", notify));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    logs.add(result.getString("log"));
                }
            }
        }
        return logs;
    }
}
