package dev.dbsync.common.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Refuses bodies over 1 MiB in the form of every other refusal: by what they say of themselves, and where they say nothing
 * (chunked) by reading no further.
 */
@ApplicationScoped
public class BodyLimit {

    static final String MESSAGE = "The body is larger than 1 MiB, the most that is taken";

    private static final long MOST_BYTES = 1024 * 1024;

    /** Up to here the rest of the body is read and dropped, so that the sender gets to see the answer. */
    private static final long MOST_BYTES_DROPPED = 16 * MOST_BYTES;

    /** Before Quarkus' own check, whose answer has no body. */
    private static final int PRIORITY = 1000;

    private final BodyHandler reader = BodyHandler.create(false).setBodyLimit(MOST_BYTES);
    private final byte[] answer;

    BodyLimit(ObjectMapper json) throws JsonProcessingException {
        this.answer = json.writeValueAsBytes(ErrorBody.of("BODY_TOO_LARGE", MESSAGE));
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    void registerFailure(@Observes Router router) {
        router.route().order(-PRIORITY).failureHandler(this::readTooMuch);
    }

    private void check(RoutingContext context) {
        String declared = context.request().getHeader("Content-Length");
        if (declared != null && length(declared) > MOST_BYTES) {
            refuse(context, length(declared) > MOST_BYTES_DROPPED);
            context.request().resume();
        } else if (declared == null && context.request().headers().contains("Transfer-Encoding")) {
            reader.handle(context);
            context.request().resume();
        } else {
            context.next();
        }
    }

    private void readTooMuch(RoutingContext context) {
        if (context.statusCode() == 413 && !context.response().ended()) {
            refuse(context, true);
        } else {
            context.next();
        }
    }

    private void refuse(RoutingContext context, boolean close) {
        var response = context.response().setStatusCode(413).putHeader("Content-Type", "application/json");
        if (close) {
            response.putHeader("Connection", "close");
        }
        response.end(Buffer.buffer(answer));
    }

    private static long length(String header) {
        try {
            return Long.parseLong(header.strip());
        } catch (NumberFormatException tooLongForALong) {
            return Long.MAX_VALUE;
        }
    }
}
