package dev.dbsync.cli;

/** Ends the command with one line and an exit code. */
final class Problem extends RuntimeException {

    private final int exitCode;

    Problem(int exitCode, String line) {
        super(line);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
