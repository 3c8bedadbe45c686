package dev.dbsync.engine.oidc;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.dbsync.common.fault.ApiException;
import io.quarkus.oidc.OIDCException;
import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationFailedException;
import io.vertx.core.VertxException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jose4j.jwt.consumer.ErrorCodeValidator;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;

/** Tells whose fault it is that nobody was let in, and says so without a word of the token. */
final class OidcFault {

    /** How long nobody had better ask a provider again that is away. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    private static final int LONGEST_REASON = 300;

    /** Faults whose message quotes claims of ours to judge by; other messages may quote the whole token. */
    private static final Set<Integer> TELLABLE = Set.of(
            ErrorCodes.EXPIRED,
            ErrorCodes.NOT_YET_VALID,
            ErrorCodes.ISSUED_AT_INVALID_FUTURE,
            ErrorCodes.AUDIENCE_MISSING,
            ErrorCodes.AUDIENCE_INVALID,
            ErrorCodes.ISSUER_MISSING,
            ErrorCodes.ISSUER_INVALID);

    private OidcFault() {}

    /** Whether the provider could not be asked at all: at the first contact, or later for its keys or tokens. */
    static boolean isAway(Throwable fault) {
        return neverMet(fault) || chain(fault).anyMatch(OidcFault::isOfTheNetwork);
    }

    private static boolean isOfTheNetwork(Throwable cause) {
        boolean broken = cause instanceof IOException && !(cause instanceof JsonProcessingException);
        boolean late = cause instanceof TimeoutException || cause instanceof io.smallrye.mutiny.TimeoutException;
        return broken || late || cause instanceof VertxException;
    }

    /** Whether it has not been reached since this engine started. What it answers and Quarkus dislikes comes within another exception. */
    static boolean neverMet(Throwable fault) {
        return fault instanceof OIDCException;
    }

    /** Whether a token was looked at and found bad. */
    static boolean isRefusal(Throwable fault) {
        return fault instanceof AuthenticationFailedException || fault instanceof AuthenticationCompletionException;
    }

    static ApiException away() {
        return ApiException.unavailable(
                "IDENTITY_PROVIDER_UNAVAILABLE",
                "The identity provider cannot be reached, so nobody can be let in by its word; try again shortly, or use an admin token",
                PAUSE);
    }

    /** For the log. */
    static String reason(Throwable fault) {
        return chain(fault)
                .filter(InvalidJwtException.class::isInstance)
                .map(InvalidJwtException.class::cast)
                .map(OidcFault::details)
                .findFirst()
                .orElseGet(() -> chain(fault)
                        .reduce((outer, inner) -> inner)
                        .map(cause -> cause.getClass().getSimpleName())
                        .orElseThrow());
    }

    private static String details(InvalidJwtException fault) {
        String told = fault.getErrorDetails().stream()
                .filter(detail -> TELLABLE.contains(detail.getErrorCode()))
                .map(ErrorCodeValidator.Error::getErrorMessage)
                .collect(Collectors.joining("; "))
                .replaceAll("\\p{Cntrl}", " ");
        if (told.isEmpty()) {
            return "its form, signature or nonce is wrong";
        }
        return told.substring(0, Math.min(told.length(), LONGEST_REASON));
    }

    private static Stream<Throwable> chain(Throwable fault) {
        return Stream.iterate(fault, cause -> cause != null, Throwable::getCause)
                .limit(20);
    }
}
