package dev.dbsync.poller.dispatch;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which limit a delivery counts against, in QStash's words.
 *
 * @param key what is counted together
 * @param value the limits, such as {@code parallelism=20}
 */
record FlowControl(String key, String value) {

    /** From {@code {"key", "parallelism", "rate", "period"}}; empty if there is no key or no limit in it. */
    static Optional<FlowControl> of(Object json) {
        if (!(json instanceof JsonObject options)
                || !(options.getValue("key") instanceof String key)
                || key.isBlank()) {
            return Optional.empty();
        }
        String limits = Stream.of("parallelism", "rate", "period")
                .filter(options::containsKey)
                .map(limit -> limit + "=" + options.getValue(limit))
                .collect(Collectors.joining(", "));
        return limits.isEmpty() ? Optional.empty() : Optional.of(new FlowControl(key, limits));
    }
}
