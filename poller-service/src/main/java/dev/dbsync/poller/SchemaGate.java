package dev.dbsync.poller;

import dev.dbsync.common.internaldb.InternalSchema;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.ScheduledExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * Keeps a poller from working on a schema that is older than itself: one that comes before its migrations waits for them.
 * Asked for until it opens, and never again: a schema only grows. Thread-safe.
 */
@ApplicationScoped
public class SchemaGate implements Scheduled.SkipPredicate {

    private static final Duration TIME_OUT = Duration.ofSeconds(2);

    private final Pool pool;
    private volatile boolean open;

    /** @param pool of the internal database */
    public SchemaGate(Pool pool) {
        this.pool = pool;
    }

    /** Whether the poller may work. Asks the database as long as it may not; fails if that does not answer. */
    public Uni<Boolean> open() {
        return open ? Uni.createFrom().item(true) : version().map(InternalSchema::isEnough);
    }

    /** The schema's version; 0 before its first migration has ended. */
    public Uni<Integer> version() {
        return pool.query(InternalSchema.VERSION_THERE.positional())
                .execute()
                .ifNoItem()
                .after(TIME_OUT)
                .fail()
                .map(rows -> rows.iterator().next().getInteger("version"))
                .map(version -> version == null ? 0 : version)
                .invoke(version -> open = InternalSchema.isEnough(version));
    }

    /** The chores wait as well. They ask for nothing: the loop does. */
    @Override
    public boolean test(ScheduledExecution execution) {
        return !open;
    }
}
