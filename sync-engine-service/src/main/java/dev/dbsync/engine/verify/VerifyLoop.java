package dev.dbsync.engine.verify;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Has a few workers look for verifications that are due, and the scrubber begin some. */
@ApplicationScoped
class VerifyLoop {

    private static final Logger LOG = Logger.getLogger(VerifyLoop.class);
    private static final Duration LONGEST_SCRUB_LOOK = Duration.ofSeconds(10);

    private final Verifier verifier;
    private final VerificationStore store;
    private final VerifyConfig config;
    private final ScheduledExecutorService workers;
    private volatile boolean stopped;
    private volatile boolean degraded;

    VerifyLoop(Verifier verifier, VerificationStore store, VerifyConfig config) {
        this.verifier = verifier;
        this.store = store;
        this.config = config;
        this.workers = Executors.newScheduledThreadPool(Math.max(1, config.parallelism()), work -> {
            var thread = new Thread(work, "verification");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start(@Observes StartupEvent event) {
        if (!config.enabled()) {
            return;
        }
        long interval = config.interval().toMillis();
        for (int i = 0; i < Math.max(1, config.parallelism()); i++) {
            workers.scheduleWithFixedDelay(() -> watched(this::work), interval, interval, TimeUnit.MILLISECONDS);
        }
        if (config.scrubEnabled()) {
            long look = Math.min(
                    LONGEST_SCRUB_LOOK.toMillis(),
                    Math.max(interval, config.scrubInterval().toMillis() / 10));
            workers.scheduleWithFixedDelay(() -> watched(store::schedule), look, look, TimeUnit.MILLISECONDS);
        }
    }

    /** As long as there is something to do. */
    private void work() {
        while (!stopped && verifier.runOnce() == Verifier.Outcome.WORKED) {
            Thread.yield();
        }
    }

    /** A failure is told once, until it works again. */
    private void watched(Runnable work) {
        try {
            work.run();
            degraded = false;
        } catch (RuntimeException e) {
            if (!degraded && !stopped) {
                degraded = true;
                LOG.warnf("Verifications do not get on; they are tried again error=%s", e.getMessage());
                LOG.debug("The failure", e);
            }
        }
    }

    /** A slice that is cut off has lost a step. */
    @PreDestroy
    void stop() {
        stopped = true;
        workers.shutdownNow();
    }
}
