package dev.dbsync.poller.dispatch;

import java.util.Optional;
import java.util.function.Function;

/** Which transports this version has. */
public final class Transport {

    private static final String KEY = "dbsync.poller.dispatch";

    private Transport() {}

    /**
     * Why the service must not start as it is configured, in one line; empty if nothing speaks against it.
     *
     * @param values by configuration key, null where nothing is set
     */
    public static Optional<String> complaint(Function<String, String> values) {
        return "qstash".equals(values.apply(KEY))
                ? Optional.of("DBSYNC_POLLER_DISPATCH is 'qstash', which this version cannot do yet; expected http")
                : Optional.empty();
    }
}
