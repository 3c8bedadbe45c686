package dev.dbsync.engine.dashboard;

/**
 * What came of an action, in a sentence.
 *
 * @param good whether it was done
 */
public record Notice(boolean good, String text) {

    static Notice done(String text) {
        return new Notice(true, text);
    }

    static Notice refused(String text) {
        return new Notice(false, text);
    }
}
