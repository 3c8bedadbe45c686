package dev.dbsync.engine.status;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.internaldb.TenancyTable;
import dev.dbsync.engine.status.StatusView.Global;
import dev.dbsync.engine.status.StatusView.Poller;
import dev.dbsync.engine.status.StatusView.Sequencer;
import dev.dbsync.engine.status.StatusView.SyncEngine;
import dev.dbsync.engine.status.StatusView.Tenancy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Puts the status together, in one transaction and about ten statements whatever there is. */
@ApplicationScoped
public class StatusReader {

    private static final Sql REQUESTS = Sql.resource(StatusReader.class, "requests.sql");
    private static final Sql REQUESTS_OF_TENANCY = Sql.resource(StatusReader.class, "requests_of_tenancy.sql");
    private static final Sql TENANCIES_WITH_DB_SYNC = Sql.resource(StatusReader.class, "tenancies_with_db_sync.sql");
    private static final Sql TENANCIES = Sql.resource(StatusReader.class, "tenancies.sql");
    private static final Sql TENANCY = Sql.resource(StatusReader.class, "tenancy.sql");

    private final InternalDb internalDb;
    private final MappingCatalog catalog;
    private final SourceTotals totals;
    private final DatabaseStatus databases;
    private final Clock clock;

    StatusReader(
            InternalDb internalDb, MappingCatalog catalog, SourceTotals totals, DatabaseStatus databases, Clock clock) {
        this.internalDb = internalDb;
        this.catalog = catalog;
        this.totals = totals;
        this.databases = databases;
        this.clock = clock;
    }

    public StatusView ofAll() {
        return internalDb.inTransaction(session -> {
            LogFigures logs = LogFigures.read(session, catalog.sourceTables(), null);
            Poller poller = session.queryOne(REQUESTS, Map.of("bound", Counts.BOUND), StatusReader::poller)
                    .orElseThrow();
            return status(null, global(session), logs, totals.ofAll(session), poller, List.of());
        });
    }

    /** How many tenancies there are. */
    public Global global() {
        return internalDb.inTransaction(StatusReader::global);
    }

    /** @throws ApiException 404 if neither the application nor any external database knows the tenancy */
    public StatusView ofTenancy(UUID id) {
        return internalDb.inTransaction(session -> {
            List<StatusView.Database> found =
                    databases.find(session, ListQuery.ofTenancy(id)).databases();
            Tenancy tenancy = tenancy(session, id, !found.isEmpty());
            LogFigures logs = LogFigures.read(session, catalog.sourceTables(), id);
            Poller poller = session.queryOne(
                            REQUESTS_OF_TENANCY,
                            Map.of("key", "sync-engine:" + id, "bound", Counts.BOUND),
                            StatusReader::poller)
                    .orElseThrow();
            return status(tenancy, null, logs, totals.ofTenancy(session, id), poller, found);
        });
    }

    public StatusView.Page page(ListQuery query) {
        return internalDb.inTransaction(session -> {
            DatabaseStatus.Found found = databases.find(session, query);
            return new StatusView.Page(
                    true,
                    found.databases(),
                    found.next() == null ? null : found.next().text());
        });
    }

    private StatusView status(
            Tenancy tenancy,
            Global global,
            LogFigures logs,
            Map<String, String> rows,
            Poller poller,
            List<StatusView.Database> found) {
        return new StatusView(
                true,
                clock.millis(),
                tenancy,
                global,
                new Sequencer(logs.tables(rows), logs.deletedRows()),
                poller,
                new SyncEngine(catalog.all().stream().map(logs::mapping).toList(), found));
    }

    private static Global global(InternalDb.Session session) throws SQLException {
        long synced = session.queryOne(TENANCIES_WITH_DB_SYNC, Map.of(), row -> row.getLong(1))
                .orElse(0L);
        long all = synced;
        if (TenancyTable.exists(session)) {
            all = session.queryOne(TENANCIES, Map.of("count", Counts.BOUND), row -> {
                        long counted = row.getLong("counted");
                        return counted <= Counts.EXACT ? counted : Math.max(counted, row.getLong("estimate"));
                    })
                    .orElse(0L);
        }
        return new Global(Long.toString(all), Long.toString(synced));
    }

    private static Tenancy tenancy(InternalDb.Session session, UUID id, boolean hasDatabases) throws SQLException {
        if (TenancyTable.exists(session)) {
            var tenancy = session.queryOne(
                    TENANCY,
                    Map.of("tenancy", id),
                    row -> new Tenancy(id, row.getString("project_id"), row.getString("branch_id")));
            if (tenancy.isPresent()) {
                return tenancy.get();
            }
        }
        if (!hasDatabases) {
            throw ApiException.notFound("There is no such tenancy, or it has no external database yet");
        }
        return new Tenancy(id, null, null);
    }

    private static Poller poller(ResultSet row) throws SQLException {
        long pending = row.getLong("pending");
        long inFlight = row.getLong("in_flight");
        long stale = row.getLong("stale");
        long retrying = row.getLong("retrying");
        return new Poller(
                Counts.bounded(pending + inFlight + stale + retrying),
                Counts.bounded(pending),
                Counts.bounded(inFlight),
                Counts.bounded(stale),
                Counts.bounded(retrying),
                row.getObject("oldest_millis", Long.class),
                row.getObject("newest_millis", Long.class));
    }
}
