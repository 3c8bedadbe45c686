package dev.dbsync.poller.chores;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduler;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Ends the chores once the last deliveries have ended: claims are renewed until then, and the pool is closed afterwards. */
@ApplicationScoped
class ChoresStop {

    private static final int AFTER_THE_LOOP = 10_000;

    private final Scheduler scheduler;

    ChoresStop(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void stop(@Observes @Priority(AFTER_THE_LOOP) ShutdownEvent event) {
        scheduler.pause();
    }
}
