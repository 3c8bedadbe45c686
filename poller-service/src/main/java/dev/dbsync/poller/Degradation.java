package dev.dbsync.poller;

import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** One warning when a recurring job begins to fail and one line when it works again, however often it runs. Thread-safe. */
public final class Degradation {

    /** A schema, table or function that is not there yet; the readiness probe says so already. */
    private static final Set<String> NOT_MIGRATED = Set.of("3F000", "42P01", "42883");

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
        if (failure instanceof PgException refused && NOT_MIGRATED.contains(refused.getSqlState())) {
            log.debugf("%s waits for the sequencer to migrate the internal database", job);
        } else if (failing.compareAndSet(false, true)) {
            log.warnf("%s fails and is tried again until it works error=%s", job, failure);
        }
    }
}
