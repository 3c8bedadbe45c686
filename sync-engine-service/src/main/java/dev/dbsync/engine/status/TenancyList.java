package dev.dbsync.engine.status;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.internaldb.TenancyTable;
import dev.dbsync.engine.status.ListQuery.Cursor;
import dev.dbsync.engine.status.StatusView.DatabaseCounts;
import dev.dbsync.engine.status.StatusView.TenancyLine;
import dev.dbsync.engine.status.StatusView.TenancyPage;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The tenancies that have an external database, a page at a time. */
@ApplicationScoped
public class TenancyList {

    private static final Sql TENANCY_PAGE = Sql.resource(TenancyList.class, "tenancy_page.sql");
    private static final Sql TENANCIES_NAMED = Sql.resource(TenancyList.class, "tenancies_named.sql");
    private static final Sql TENANCY_NAMES = Sql.resource(TenancyList.class, "tenancy_names.sql");

    /** Whoever searches for something that more have in common than this sees so many of them. */
    private static final int MOST_NAMED = 10_000;

    private final InternalDb internalDb;
    private final DatabaseStatus databases;

    TenancyList(InternalDb internalDb, DatabaseStatus databases) {
        this.internalDb = internalDb;
        this.databases = databases;
    }

    private record Row(UUID tenancy, long sort, DatabaseCounts databases, long lagMillis) {}

    private record Names(String project, String branch) {

        private static final Names UNKNOWN = new Names(null, null);
    }

    public TenancyPage page(ListQuery query) {
        return internalDb.inTransaction(session -> {
            boolean haveNames = TenancyTable.exists(session);
            List<Row> found = session.query(TENANCY_PAGE, parameters(session, query, haveNames), TenancyList::row);
            boolean more = found.size() > query.limit();
            List<Row> page = more ? found.subList(0, query.limit()) : found;
            Map<UUID, Names> names = haveNames ? names(session, page) : Map.of();
            List<TenancyLine> lines = page.stream()
                    .map(row -> line(row, names.getOrDefault(row.tenancy(), Names.UNKNOWN)))
                    .toList();
            return new TenancyPage(true, lines, more ? cursor(page.get(page.size() - 1)) : null);
        });
    }

    private Map<String, Object> parameters(InternalDb.Session session, ListQuery query, boolean haveNames)
            throws SQLException {
        Map<String, Object> parameters = databases.catalogParameters();
        parameters.put("state", query.state());
        parameters.put("search", query.search());
        parameters.put("named", query.search() != null && haveNames ? named(session, query.search()) : new UUID[0]);
        parameters.put("by_lag", query.byLag());
        parameters.put("after_sort", query.after().sort());
        parameters.put("after_tenancy", query.after().tenancy());
        parameters.put("limit", query.limit() + 1);
        return parameters;
    }

    private static UUID[] named(InternalDb.Session session, String search) throws SQLException {
        return session.query(
                        TENANCIES_NAMED,
                        Map.of("search", search, "limit", MOST_NAMED),
                        row -> row.getObject(1, UUID.class))
                .toArray(UUID[]::new);
    }

    private static Map<UUID, Names> names(InternalDb.Session session, List<Row> page) throws SQLException {
        var names = new HashMap<UUID, Names>();
        UUID[] tenancies = page.stream().map(Row::tenancy).toArray(UUID[]::new);
        session.query(
                TENANCY_NAMES,
                Map.of("tenancies", tenancies),
                row -> names.put(
                        row.getObject("id", UUID.class),
                        new Names(row.getString("project_id"), row.getString("branch_id"))));
        return names;
    }

    private static TenancyLine line(Row row, Names names) {
        return new TenancyLine(row.tenancy(), names.project(), names.branch(), row.databases(), row.lagMillis());
    }

    private static String cursor(Row last) {
        return new Cursor(last.sort(), last.tenancy(), "").text();
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getObject("tenancy", UUID.class),
                row.getLong("sort"),
                new DatabaseCounts(
                        row.getString("databases"),
                        row.getString("ok"),
                        row.getString("error"),
                        row.getString("pending"),
                        row.getString("paused")),
                row.getLong("lag_millis"));
    }
}
