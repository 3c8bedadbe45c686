package dev.dbsync.poller.dispatch;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What to call with what.
 *
 * @param path of the engine's route, from the slash on
 * @param body as it is sent and signed
 */
public record Delivery(String path, byte[] body) {

    /** From a request's {@code qstashOptions}; empty if they name no path of the engine's. */
    public static Optional<Delivery> of(JsonObject options) {
        return options != null && options.getValue("url") instanceof String path && path.startsWith("/")
                ? Optional.of(new Delivery(path, compact(options.getValue("body"))))
                : Optional.empty();
    }

    private static byte[] compact(Object json) {
        return Json.encode(json).getBytes(StandardCharsets.UTF_8);
    }
}
