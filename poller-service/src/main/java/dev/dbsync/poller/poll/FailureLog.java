package dev.dbsync.poller.poll;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/** At most one warning a minute about failing deliveries, however many fail: an engine that is away fails all of them. */
final class FailureLog {

    private static final Logger LOG = Logger.getLogger(FailureLog.class);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final Clock clock;
    private Instant quietUntil = Instant.MIN;
    private long sinceLastLine;

    FailureLog(Clock clock) {
        this.clock = clock;
    }

    synchronized void failed(String key, int attempt, Duration delay, String reason) {
        sinceLastLine++;
        Instant now = clock.instant();
        if (now.isBefore(quietUntil)) {
            LOG.debugf("A delivery failed request=%s attempt=%d error=%s", key, attempt, reason);
            return;
        }
        LOG.warnf(
                "Deliveries fail and are tried again failed=%d request=%s attempt=%d delayMillis=%d error=%s",
                sinceLastLine, key, attempt, delay.toMillis(), reason);
        sinceLastLine = 0;
        quietUntil = now.plus(QUIET);
    }
}
