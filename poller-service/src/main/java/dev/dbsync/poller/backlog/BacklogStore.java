package dev.dbsync.poller.backlog;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.poller.backlog.Databases.Kind;
import dev.dbsync.poller.chores.MappedTables;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The statements that count; they read only. Thread-safe; each fails after thirty seconds. */
@ApplicationScoped
class BacklogStore {

    private static final Duration TIME_OUT = Duration.ofSeconds(30);

    private static final Sql REQUESTS = Sql.resource(BacklogStore.class, "requests.sql");
    private static final Sql DATABASES = Sql.resource(BacklogStore.class, "databases.sql");
    private static final Sql LAGS = Sql.resource(BacklogStore.class, "lags.sql");

    private final Pool pool;

    BacklogStore(Pool pool) {
        this.pool = pool;
    }

    Uni<Requests> requests() {
        return run(REQUESTS, Map.of())
                .map(rows -> rows.iterator().next())
                .map(row -> new Requests(
                        row.getLong("pending"),
                        row.getLong("claimed"),
                        row.getLong("stale"),
                        row.getLong("retrying"),
                        row.getDouble("oldest_seconds"),
                        row.getDouble("unsequenced_seconds")));
    }

    Uni<Databases> databases() {
        return run(DATABASES, Map.of()).map(BacklogStore::databases);
    }

    /** The lags of the databases that are behind, in seconds, ascending; of so many tenancies at most. */
    Uni<List<Double>> lags(MappedTables mapped, int tenancies) {
        return run(LAGS, Map.of("mappings", mapped.mappings(), "tables", mapped.tables(), "tenancy_limit", tenancies))
                .map(rows -> {
                    var lags = new ArrayList<Double>();
                    rows.forEach(row -> lags.add(row.getDouble("lag_seconds")));
                    return lags;
                });
    }

    private static Databases databases(RowSet<Row> rows) {
        var counts = new HashMap<Kind, Long>();
        long quarantined = 0;
        for (Row row : rows) {
            if (row.getString("state").equals("quarantined")) {
                quarantined = row.getLong("entries");
            } else {
                counts.put(new Kind(row.getString("state"), row.getString("blame")), row.getLong("entries"));
            }
        }
        return new Databases(counts, quarantined);
    }

    private Uni<RowSet<Row>> run(Sql sql, Map<String, ?> values) {
        return pool.preparedQuery(sql.positional())
                .execute(sql.tuple(values))
                .ifNoItem()
                .after(TIME_OUT)
                .fail();
    }
}
