package dev.dbsync.engine.secret;

/** A ciphertext does not open: its key is not configured, or it was altered or belongs to another database. */
public class UndecryptableException extends RuntimeException {

    UndecryptableException(String message) {
        super(message);
    }
}
