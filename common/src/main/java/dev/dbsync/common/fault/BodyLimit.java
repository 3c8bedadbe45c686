package dev.dbsync.common.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes bodies in before anything else sees the request, so that no worker thread waits for a slow sender: the framework would
 * hand it one as soon as a body is longer than a few kilobytes. A body over 1 MiB is refused by what it says of itself, and where
 * it says nothing by reading no further; one that does not come in time is not waited for; and only so many that are not small are
 * held at once, since any stranger may send them. Every refusal has the form of all others.
 */
@ApplicationScoped
public class BodyLimit {

    static final String MESSAGE = "The body is larger than 1 MiB, the most that is taken";

    private static final long MOST_BYTES = 1024 * 1024;

    /** Up to here the rest of the body is read and dropped, so that the sender gets to see the answer. */
    private static final long MOST_BYTES_DROPPED = 16 * MOST_BYTES;

    /** Far more than any route needs. Deliveries have a hundred bytes. */
    private static final long SMALL_BYTES = 16 * 1024;

    /** How many that may be larger are taken in at once. */
    private static final int MOST_LARGE_ONES = 16;

    /** How long a body may take to come. */
    private static final long MOST_MILLIS = 10_000;

    /** Before Quarkus' own check, whose answer has no body. */
    private static final int PRIORITY = 1000;

    private static final String ARRIVED = BodyLimit.class.getName() + ".arrived";

    private final BodyHandler reader = BodyHandler.create(false).setBodyLimit(MOST_BYTES);
    private final Semaphore large = new Semaphore(MOST_LARGE_ONES);
    private final byte[] tooLarge;
    private final byte[] tooSlow;
    private final byte[] busy;

    BodyLimit(ObjectMapper json) throws JsonProcessingException {
        this.tooLarge = json.writeValueAsBytes(ErrorBody.of("BODY_TOO_LARGE", MESSAGE));
        this.tooSlow = json.writeValueAsBytes(
                ErrorBody.of("REQUEST_TIMEOUT", "The body did not arrive within " + MOST_MILLIS / 1000 + " s"));
        this.busy = json.writeValueAsBytes(
                ErrorBody.of("BUSY", "Too many large bodies are arriving at once; send this one again in a second"));
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
        filters.register(this::arrived, PRIORITY - 1);
    }

    void registerFailure(@Observes Router router) {
        router.route().order(-PRIORITY).failureHandler(this::failed);
    }

    private void check(RoutingContext context) {
        String declared = context.request().getHeader("Content-Length");
        if (declared != null && length(declared) > MOST_BYTES) {
            refuse(context, 413, tooLarge, length(declared) > MOST_BYTES_DROPPED);
            context.request().resume();
        } else if (context.request().version() == HttpVersion.HTTP_2) {
            context.next(); // the framework insists on reading these itself, and they are switched off
        } else if (declared != null && length(declared) > 0) {
            read(context, length(declared) > SMALL_BYTES);
        } else if (context.request().headers().contains("Transfer-Encoding")) {
            read(context, true);
        } else {
            context.next();
        }
    }

    private void read(RoutingContext context, boolean isLarge) {
        if (isLarge && !large.tryAcquire()) {
            context.response().putHeader("Retry-After", "1");
            refuse(context, 503, busy, false);
            context.request().resume();
            return;
        }
        long timer = context.vertx().setTimer(MOST_MILLIS, id -> {
            if (!context.response().ended()) {
                refuse(context, 408, tooSlow, true)
                        .onComplete(said -> context.request().connection().close());
            }
        });
        var once = new AtomicBoolean();
        Runnable done = () -> {
            if (once.compareAndSet(false, true)) {
                context.vertx().cancelTimer(timer);
                if (isLarge) {
                    large.release();
                }
            }
        };
        context.put(ARRIVED, done);
        context.addEndHandler(ended -> done.run());
        if ("100-continue".equalsIgnoreCase(context.request().getHeader("Expect"))) {
            context.response().writeContinue();
        }
        reader.handle(context);
        context.request().resume();
    }

    /** Next in line once the body is there. */
    private void arrived(RoutingContext context) {
        if (context.get(ARRIVED) instanceof Runnable done) {
            done.run();
        }
        context.next();
    }

    private void failed(RoutingContext context) {
        if (context.response().ended()) {
            return;
        }
        if (context.statusCode() == 413) {
            refuse(context, 413, tooLarge, true);
        } else {
            context.next();
        }
    }

    private static Future<Void> refuse(RoutingContext context, int status, byte[] answer, boolean close) {
        var response = context.response().setStatusCode(status).putHeader("Content-Type", "application/json");
        if (close && context.request().version() != HttpVersion.HTTP_2) {
            response.putHeader("Connection", "close");
        }
        return response.end(Buffer.buffer(answer));
    }

    private static long length(String header) {
        try {
            return Long.parseLong(header.strip());
        } catch (NumberFormatException tooLongForALong) {
            return Long.MAX_VALUE;
        }
    }
}
