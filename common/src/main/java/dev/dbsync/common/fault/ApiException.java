package dev.dbsync.common.fault;

import java.time.Duration;
import java.util.Optional;

/**
 * A refusal the caller is told about: status, code and one sentence that says what is wrong and what would be right. The
 * sentence is sent as it is, so it holds no secret, no SQL and no row's values.
 */
public final class ApiException extends RuntimeException {

    private final int status;
    private final String code;
    private final transient Duration retryAfter;

    /**
     * @param status of HTTP, 400 to 599
     * @param code in SNAKE_CASE
     */
    public ApiException(int status, String code, String message) {
        this(status, code, message, null);
    }

    private ApiException(int status, String code, String message, Duration retryAfter) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** 400: the request can never succeed as it is. */
    public static ApiException badRequest(String code, String message) {
        return new ApiException(400, code, message);
    }

    /** 401: the credential is missing or wrong. */
    public static ApiException unauthorized(String message) {
        return new ApiException(401, "UNAUTHORIZED", message);
    }

    /** 404: there is no such thing. */
    public static ApiException notFound(String message) {
        return new ApiException(404, "NOT_FOUND", message);
    }

    /** 409: it contradicts what is there. */
    public static ApiException conflict(String code, String message) {
        return new ApiException(409, code, message);
    }

    /** 429 with {@code Retry-After}: too much of this at once. */
    public static ApiException busy(String code, String message, Duration retryAfter) {
        return new ApiException(429, code, message, retryAfter);
    }

    /** 503 with {@code Retry-After}: busy or switched off for now. */
    public static ApiException unavailable(String code, String message, Duration retryAfter) {
        return new ApiException(503, code, message, retryAfter);
    }

    /** The status of HTTP. */
    public int status() {
        return status;
    }

    /** The code in SNAKE_CASE. */
    public String code() {
        return code;
    }

    /** How long the caller had better wait. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
