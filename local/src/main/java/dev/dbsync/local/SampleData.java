package dev.dbsync.local;

import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The sample rows of the internal database's reference tables, and the changes that trickle in afterwards. */
final class SampleData {

    /** Each one transaction of an application, in the order of their turns. */
    static final List<String> CHANGES = List.of(
            "add_user.sql",
            "rename_user.sql",
            "change_email.sql",
            "join_team.sql",
            "invite.sql",
            "queue_email.sql",
            "rename_team.sql",
            "remove_user.sql",
            "withdraw_invitation.sql");

    private SampleData() {}

    /** Fills empty reference tables. */
    static void seed(TestDatabase internal) {
        internal.execute(text("seed.sql"));
    }

    /** Makes one of {@link #CHANGES}. */
    static void change(TestDatabase internal, String file) {
        internal.execute(text(file));
    }

    private static String text(String file) {
        try (InputStream in = SampleData.class.getResourceAsStream("/dbsync/local/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
