package dev.dbsync.cli;

import java.io.PrintWriter;
import java.util.OptionalDouble;

/**
 * One line that is written over and over, on standard error, so that what a command prints can still be piped. Draws nothing where
 * nobody watches.
 */
final class ProgressBar implements AutoCloseable {

    private static final int BAR = 24;

    /** One less than a terminal of the usual width has, or some begin a new line. */
    private static final int LINE = 79;

    private final PrintWriter terminal;
    private final boolean watched;
    private String drawn = "";

    /** @param watched whether there is a terminal, and nobody asked for the engine's answer alone */
    ProgressBar(PrintWriter terminal, boolean watched) {
        this.terminal = terminal;
        this.watched = watched;
    }

    /**
     * Draws it anew.
     *
     * @param done from 0 to 1; empty where nobody knows how much there is
     */
    void show(OptionalDouble done, String text) {
        if (watched) {
            draw(line(done, text));
        }
    }

    /** Takes it away. */
    @Override
    public void close() {
        if (!drawn.isEmpty()) {
            draw("");
            terminal.print('\r');
            terminal.flush();
        }
    }

    static String line(OptionalDouble done, String text) {
        String line = text;
        if (done.isPresent()) {
            double part = Math.max(0, Math.min(1, done.getAsDouble()));
            int filled = (int) (part * BAR);
            line = "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + "%3d %%  ".formatted((int) (part * 100))
                    + text;
        }
        String safe = line.replaceAll("\\p{Cntrl}", "?");
        return safe.length() > LINE ? safe.substring(0, LINE) : safe;
    }

    private void draw(String line) {
        terminal.print('\r' + line + " ".repeat(Math.max(0, drawn.length() - line.length())));
        terminal.flush();
        drawn = line;
    }
}
