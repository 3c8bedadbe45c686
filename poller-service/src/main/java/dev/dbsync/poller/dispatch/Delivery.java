package dev.dbsync.poller.dispatch;

import dev.dbsync.common.trace.Traces;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * What to call with what.
 *
 * @param request whose delivery this is; tried again, it has the same one
 * @param path of the engine's route, from the slash on
 * @param body as it is sent and signed
 * @param flowControl how many at a time, for a transport that can limit that for all replicas
 * @param traceparent the trace that the engine is to go on with
 */
public record Delivery(
        UUID request, String path, byte[] body, Optional<FlowControl> flowControl, Optional<String> traceparent) {

    /** From a request's {@code qstashOptions}; empty if they name no path of the engine's. */
    public static Optional<Delivery> of(UUID request, JsonObject options) {
        return options != null && options.getValue("url") instanceof String path && path.startsWith("/")
                ? Optional.of(new Delivery(
                        request,
                        path,
                        compact(options.getValue("body")),
                        FlowControl.of(options.getValue("flowControl")),
                        Traces.parsed(options.getValue(Traces.TRACEPARENT))))
                : Optional.empty();
    }

    /** The same, traced further from there. */
    public Delivery tracedBy(String value) {
        return new Delivery(request, path, body, flowControl, Optional.of(value));
    }

    private static byte[] compact(Object json) {
        return Json.encode(json).getBytes(StandardCharsets.UTF_8);
    }
}
