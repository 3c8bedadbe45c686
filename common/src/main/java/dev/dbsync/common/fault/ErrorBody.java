package dev.dbsync.common.fault;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * The body of every answer that is not a success.
 *
 * @param ok always false
 * @param code in SNAKE_CASE
 * @param error one sentence
 */
@RegisterForReflection
public record ErrorBody(boolean ok, String code, String error) {

    /** An error's body. */
    public static ErrorBody of(String code, String error) {
        return new ErrorBody(false, code, error);
    }
}
