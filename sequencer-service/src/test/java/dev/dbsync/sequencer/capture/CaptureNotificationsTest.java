package dev.dbsync.sequencer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

class CaptureNotificationsTest {

    private static final int PATIENCE_MILLIS = 5000;

    @RegisterExtension
    static final CapturedDatabase captured = new CapturedDatabase();

    @AfterEach
    void switchOff() throws SQLException {
        notifications(false).runOnce();
    }

    @Test
    void everyTransactionThatLogsSomethingNotifiesOnce() throws SQLException {
        assertThat(notifications(true).runOnce()).containsExactly("ChangedRow", "DeletedRow", "PendingExpansion");
        assertThat(notifications(true).runOnce()).isEmpty();
        try (Connection listener = listener();
                Connection application = captured.database().connect();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            // What is replicated into the application's tables is captured, so it has to wake the sequencer as well.
            statement.execute("SET LOCAL session_replication_role = 'replica'");
            statement.execute(
                    "INSERT INTO public.orders VALUES (901, gen_random_uuid(), 'a'), (902, gen_random_uuid(), 'b')");
            statement.execute("DELETE FROM public.orders WHERE id = 901");
            application.commit();

            assertThat(heard(listener)).hasSize(1);
        }
    }

    @Test
    void switchedOffNobodyIsNotified() throws SQLException {
        notifications(true).runOnce();
        notifications(false).runOnce();
        try (Connection listener = listener();
                Statement statement = listener.createStatement()) {
            captured.database().execute("INSERT INTO public.orders VALUES (903, gen_random_uuid(), 'a')");
            statement.execute("NOTIFY dbsync_captured, 'the test'");

            assertThat(heard(listener)).extracting(PGNotification::getParameter).containsExactly("the test");
        }
    }

    private static CaptureNotifications notifications(boolean on) {
        return new CaptureNotifications(captured.dataSource(), on);
    }

    private static Connection listener() throws SQLException {
        Connection listener = captured.database().connect();
        try (Statement statement = listener.createStatement()) {
            statement.execute("LISTEN dbsync_captured");
        }
        return listener;
    }

    private static PGNotification[] heard(Connection listener) throws SQLException {
        return listener.unwrap(PGConnection.class).getNotifications(PATIENCE_MILLIS);
    }
}
