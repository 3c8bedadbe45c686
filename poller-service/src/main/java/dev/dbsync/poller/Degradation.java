package dev.dbsync.poller;

import io.smallrye.mutiny.Uni;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** One warning when a recurring job begins to fail and one line when it works again, however often it runs. Thread-safe. */
public final class Degradation {

    private final Logger log;
    private final String job;
    private final AtomicBoolean failing = new AtomicBoolean();

    /** @param job what fails, as the beginning of a sentence */
    public Degradation(Logger log, String job) {
        this.log = log;
        this.job = job;
    }

    /** The same outcome, noted on its way. */
    public <T> Uni<T> watch(Uni<T> run) {
        return run.onItem().invoke(this::succeeded).onFailure().invoke(this::failed);
    }

    private void succeeded() {
        if (failing.compareAndSet(true, false)) {
            log.infof("%s works again", job);
        }
    }

    private void failed(Throwable failure) {
        if (failing.compareAndSet(false, true)) {
            log.warnf("%s fails and is tried again until it works error=%s", job, failure);
        }
    }
}
