package dev.dbsync.sequencer.capture;

import static dev.dbsync.sequencer.capture.CaptureBranches.literal;

import dev.dbsync.common.mapping.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The four triggers of a captured table. Their last argument is a hash of all that is installed with them, so that looking at
 * the triggers is enough to know whether anything has to be done.
 *
 * @param table the table
 * @param definition the hash
 */
record CaptureTriggers(TableName table, String definition) {

    private static final int HASH_BYTES = 8;

    static final List<String> NAMES = List.of(
            "dbsync_capture_insert", "dbsync_capture_update", "dbsync_capture_delete", "dbsync_capture_truncate");

    /** Of earlier versions. Where this role may not drop it, it goes on logging what an update logs by itself now. */
    private static final String RETIRED = "dbsync_capture_rekey";

    static CaptureTriggers of(TableName table, Roles roles, String changeBranch, String deleteBranch) {
        String meaning = table.quoted() + '\n' + roles.identifying() + '\n' + changeBranch + '\n' + deleteBranch;
        return new CaptureTriggers(table, hash(meaning));
    }

    /**
     * Statements that create them, or bring those that are there up to date. The first one waits until the table's writers
     * have ended and keeps new ones out until commit. Replacing needs no ownership of the table, which dropping would.
     */
    List<String> create() {
        return List.of(
                create(0, "INSERT", "ROW", "reset_sequence_id_on_update"),
                create(1, "UPDATE", "ROW", "reset_sequence_id_on_update"),
                create(2, "DELETE", "ROW", "log_deleted_row"),
                create(3, "TRUNCATE", "STATEMENT", "log_truncated_table"));
    }

    /** The statement that takes away what earlier versions had and this one has not. Needs ownership of the table. */
    String retire() {
        return "DROP TRIGGER IF EXISTS " + RETIRED + " ON " + table.quoted();
    }

    /** The statement that makes them fire whatever {@code session_replication_role} says. Needs ownership of the table. */
    String enableAlways() {
        return enableAlways(table.quoted());
    }

    /** @param table quoted for SQL */
    static String enableAlways(String table) {
        return "ALTER TABLE " + table + " "
                + String.join(
                        ", ",
                        NAMES.stream()
                                .map(name -> "ENABLE ALWAYS TRIGGER " + name)
                                .toList());
    }

    private String create(int name, String event, String level, String function) {
        return "CREATE OR REPLACE TRIGGER " + NAMES.get(name) + " AFTER " + event + " ON " + table.quoted()
                + " FOR EACH " + level + " EXECUTE FUNCTION dbsync." + function + "("
                + literal(table.logName()) + ", " + literal(definition) + ")";
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
