package dev.dbsync.engine.target;

/** The connection string is not one we take. The message is a sentence for the tenant; it never holds any value of the string. */
public class InvalidConnectionStringException extends Exception {

    InvalidConnectionStringException(String message) {
        super(message);
    }
}
