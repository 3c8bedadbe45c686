package dev.dbsync.model;

/** A promise that was broken. */
final class Violation extends RuntimeException {

    Violation(String message) {
        super(message, null, false, false);
    }
}
