package dev.dbsync.engine.preflight;

/**
 * One thing looked at.
 *
 * @param name {@code snake_case}, stable
 * @param message what was seen, one sentence
 * @param remedy what would help; null where nothing is wrong
 */
public record PreflightCheck(String name, boolean ok, String message, String remedy) {

    static PreflightCheck passed(String name, String message) {
        return new PreflightCheck(name, true, message, null);
    }

    static PreflightCheck failed(String name, String message, String remedy) {
        return new PreflightCheck(name, false, message, remedy);
    }
}
