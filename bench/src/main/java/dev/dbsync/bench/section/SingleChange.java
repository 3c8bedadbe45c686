package dev.dbsync.bench.section;

import dev.dbsync.bench.Await;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/** Changes one user's name, again and again, and looks for it in the target. Connections stay open in between. */
final class SingleChange implements AutoCloseable {

    private final Connection source;
    private final Connection reader;
    private final PreparedStatement update;
    private final PreparedStatement look;
    private int changes;

    SingleChange(TestDatabase internal, UUID tenancy, TestDatabase target) throws SQLException {
        source = internal.connect();
        reader = target.connect();
        UUID user = UUID.fromString(target.queryText("SELECT id::text FROM users ORDER BY id LIMIT 1"));
        update = source.prepareStatement("UPDATE public.\"ProjectUser\" SET \"displayName\" = ?"
                + " WHERE \"tenancyId\" = ? AND \"projectUserId\" = ?");
        update.setObject(2, tenancy);
        update.setObject(3, user);
        look = reader.prepareStatement("SELECT 1 FROM users WHERE id = ? AND display_name = ?");
        look.setObject(1, user);
    }

    /** @return milliseconds from the end of the commit to the first look that sees it */
    double commitToVisible(Duration pause) throws Exception {
        String name = "Change " + ++changes;
        update.setString(1, name);
        look.setString(2, name);
        update.executeUpdate();
        return Await.until("a single change", pause, this::isVisible) * 1000;
    }

    private boolean isVisible() throws SQLException {
        try (ResultSet rows = look.executeQuery()) {
            return rows.next();
        }
    }

    @Override
    public void close() throws SQLException {
        source.close();
        reader.close();
    }
}
