package dev.dbsync.common.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Refuses bodies over 1 MiB by what they say of themselves, in the form of every other refusal. What says nothing of itself
 * (chunked) is cut off by {@code quarkus.http.limits.max-body-size}, which every service sets to the same.
 */
@ApplicationScoped
public class BodyLimit {

    static final String MESSAGE = "The body is larger than 1 MiB, the most that is taken";

    private static final long MOST_BYTES = 1024 * 1024;

    /** Up to here the rest of the body is read and dropped, so that the sender gets to see the answer. */
    private static final long MOST_BYTES_DROPPED = 16 * MOST_BYTES;

    /** Before Quarkus' own check, whose answer has no body. */
    private static final int PRIORITY = 1000;

    private final byte[] answer;

    BodyLimit(ObjectMapper json) throws JsonProcessingException {
        this.answer = json.writeValueAsBytes(ErrorBody.of("BODY_TOO_LARGE", MESSAGE));
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        long length = declaredLength(context.request().getHeader("Content-Length"));
        if (length <= MOST_BYTES) {
            context.next();
            return;
        }
        var response = context.response().setStatusCode(413).putHeader("Content-Type", "application/json");
        if (length > MOST_BYTES_DROPPED) {
            response.putHeader("Connection", "close");
        }
        response.end(Buffer.buffer(answer));
        context.request().resume();
    }

    private static long declaredLength(String header) {
        try {
            return header == null ? 0 : Long.parseLong(header.strip());
        } catch (NumberFormatException tooLongForALong) {
            return Long.MAX_VALUE;
        }
    }
}
