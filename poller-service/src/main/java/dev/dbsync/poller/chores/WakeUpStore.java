package dev.dbsync.poller.chores;

import dev.dbsync.common.sql.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The statements that enqueue tenancies, each a transaction of its own. Thread-safe; each fails after thirty seconds. */
@ApplicationScoped
public class WakeUpStore {

    private static final Duration TIME_OUT = Duration.ofSeconds(30);

    private static final Sql DUE_RETRIES = Sql.resource(WakeUpStore.class, "enqueue_due_retries.sql");
    private static final Sql REQUEUE_QUARANTINED = Sql.resource(WakeUpStore.class, "requeue_quarantined.sql");
    private static final Sql NEXT_PAGE = Sql.resource(WakeUpStore.class, "next_page.sql");
    private static final Sql FORGOTTEN = Sql.resource(WakeUpStore.class, "enqueue_forgotten.sql");

    private final Pool pool;

    /** @param pool of the internal database */
    public WakeUpStore(Pool pool) {
        this.pool = pool;
    }

    /** A place in the list of all destinations. */
    record Place(UUID tenancy, String id) {

        static final Place START = new Place(new UUID(0, 0), "");
    }

    /** A destination or a mapping of a tenancy that was to be tried again at a time. */
    record Due(UUID tenancy, OffsetDateTime at) {}

    /**
     * Enqueues tenancies of which a destination is due to be tried again.
     *
     * @param asked what is not worth asking for again yet
     * @return what was due, of the tenancies that were enqueued
     */
    Uni<List<Due>> enqueueDueRetries(int limit, Collection<Due> asked) {
        return run(
                        DUE_RETRIES,
                        Map.of(
                                "enqueue_limit", limit,
                                "asked_tenancies",
                                        asked.stream().map(Due::tenancy).toArray(UUID[]::new),
                                "asked_times", asked.stream().map(Due::at).toArray(OffsetDateTime[]::new)))
                .map(WakeUpStore::due);
    }

    /** Sends quarantined keys whose time has come through the log once more. Returns how many entries that made. */
    Uni<Integer> requeueQuarantined(int limit) {
        return run(REQUEUE_QUARANTINED, Map.of("row_limit", limit)).map(RowSet::size);
    }

    /** Where the page behind a place ends; empty if nothing is behind it. */
    Uni<Optional<Place>> endOfNextPage(Place after, int pageSize) {
        return run(NEXT_PAGE, Map.of("after_tenancy", after.tenancy(), "after_id", after.id(), "page_size", pageSize))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(place(rows.iterator().next())));
    }

    /** Enqueues tenancies of a page that are behind with nothing to explain it. Returns which. */
    Uni<List<UUID>> enqueueForgotten(Place after, Place last, MappedTables mapped, Duration grace) {
        return run(
                        FORGOTTEN,
                        Map.of(
                                "after_tenancy", after.tenancy(),
                                "after_id", after.id(),
                                "last_tenancy", last.tenancy(),
                                "last_id", last.id(),
                                "mappings", mapped.mappings(),
                                "tables", mapped.tables(),
                                "grace_millis", grace.toMillis()))
                .map(WakeUpStore::tenancies);
    }

    private Uni<RowSet<Row>> run(Sql sql, Map<String, ?> values) {
        return pool.preparedQuery(sql.positional())
                .execute(sql.tuple(values))
                .ifNoItem()
                .after(TIME_OUT)
                .fail();
    }

    private static Place place(Row row) {
        return new Place(row.getUUID("tenancyId"), row.getString("id"));
    }

    private static List<Due> due(RowSet<Row> rows) {
        var due = new ArrayList<Due>();
        for (Row row : rows) {
            for (OffsetDateTime at : row.getArrayOfOffsetDateTimes("times")) {
                due.add(new Due(row.getUUID("tenancy"), at));
            }
        }
        return due;
    }

    private static List<UUID> tenancies(RowSet<Row> rows) {
        var tenancies = new ArrayList<UUID>();
        rows.forEach(row -> tenancies.add(row.getUUID("tenancy")));
        return tenancies;
    }
}
