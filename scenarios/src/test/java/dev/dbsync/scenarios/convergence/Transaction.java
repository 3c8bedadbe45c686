package dev.dbsync.scenarios.convergence;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a writer does in one go.
 *
 * @param atMillis when it begins, from the beginning of the history; later if the writer is not done with the one before
 * @param changes in order
 * @param holdMillis how long it stays open after its last change
 * @param ending how it ends, if no change of it fails
 */
record Transaction(int atMillis, List<Change> changes, int holdMillis, Ending ending) {

    enum Ending {
        COMMIT,
        ROLLBACK
    }

    /** As it would be typed. */
    String text() {
        String statements = changes.stream().map(change -> change.sql() + ";").collect(Collectors.joining("\n    "));
        String held = holdMillis == 0 ? "" : " -- after " + holdMillis + " ms";
        return "at %5d ms: BEGIN;\n    %s\n    %s;%s".formatted(atMillis, statements, ending, held);
    }
}
