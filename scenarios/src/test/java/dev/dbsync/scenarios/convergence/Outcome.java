package dev.dbsync.scenarios.convergence;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a run came to.
 *
 * @param wrong what was not as promised, a line each; empty if everything was
 * @param details what else is known about it
 */
record Outcome(List<String> wrong, List<String> details, Statistics statistics) {

    private static final int MOST_LINES = 40;

    boolean converged() {
        return wrong.isEmpty();
    }

    /** For people. */
    String text() {
        return lines(wrong) + "\n" + lines(details);
    }

    private static String lines(List<String> lines) {
        String more = lines.size() > MOST_LINES ? "\n  … and " + (lines.size() - MOST_LINES) + " more" : "";
        return lines.stream().limit(MOST_LINES).map(line -> "  " + line).collect(Collectors.joining("\n")) + more;
    }
}
