package dev.dbsync.engine.target;

import java.sql.SQLException;

/** A target's answer is PostgreSQL's protocol and no answer to what was asked. The target's fault, whoever stumbles over it. */
public final class UnusableAnswerException extends SQLException {

    /** @param what what the answer lacks or has too much of; no value of it */
    public UnusableAnswerException(String what) {
        super(what);
    }
}
