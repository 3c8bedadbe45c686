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
        return lines(wrong, MOST_LINES) + "\n" + lines(details, Integer.MAX_VALUE);
    }

    private static String lines(List<String> lines, int most) {
        String more = lines.size() > most ? "\n  … and " + (lines.size() - most) + " more" : "";
        return lines.stream().limit(most).map(line -> "  " + line).collect(Collectors.joining("\n")) + more;
    }
}
