package dev.dbsync.engine.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * How many rows the source tables have. A table of no more than a mebibyte is counted, which costs a mebibyte at most; of a
 * larger one the planner's estimate is shown.
 */
@ApplicationScoped
class SourceTotals {

    private static final Sql SOURCE_TABLES = Sql.resource(SourceTotals.class, "source_tables.sql");
    private static final long MOST_BYTES_COUNTED = 1024 * 1024;

    private final ObjectMapper json;
    private final Map<String, Mapping> byTable = new LinkedHashMap<>();

    SourceTotals(MappingCatalog catalog, ObjectMapper json) {
        this.json = json;
        catalog.all().forEach(mapping -> byTable.putIfAbsent(mapping.source().logName(), mapping));
    }

    /** @param bytes null where the table is missing or not for us to read */
    private record Size(String table, Long bytes, long estimate) {}

    /** Rows by table name; a table that is missing has none. */
    Map<String, String> ofAll(InternalDb.Session session) throws SQLException {
        var totals = new LinkedHashMap<String, String>();
        var counts = new ArrayList<String>();
        for (Size size : sizes(session)) {
            totals.put(size.table(), Long.toString(size.estimate()));
            if (isSmall(size)) {
                counts.add(
                        countOf(size.table(), byTable.get(size.table()).source().quoted()));
            }
        }
        count(session, counts, totals);
        return totals;
    }

    /** One tenancy's rows by table name. */
    Map<String, String> ofTenancy(InternalDb.Session session, UUID tenancy) throws SQLException {
        var totals = new LinkedHashMap<String, String>();
        var counts = new ArrayList<String>();
        for (Size size : sizes(session)) {
            String rows = rowsOf(byTable.get(size.table()), tenancy);
            totals.put(size.table(), "0");
            if (isSmall(size)) {
                counts.add(countOf(size.table(), rows));
            } else if (size.bytes() != null) {
                totals.put(size.table(), Long.toString(estimate(session, rows)));
            }
        }
        count(session, counts, totals);
        return totals;
    }

    private List<Size> sizes(InternalDb.Session session) throws SQLException {
        return session.query(
                SOURCE_TABLES,
                Map.of(
                        "tables", byTable.keySet().toArray(String[]::new),
                        "relations",
                                byTable.values().stream()
                                        .map(mapping -> mapping.source().quoted())
                                        .toArray(String[]::new)),
                row -> new Size(
                        row.getString("table_name"), row.getObject("bytes", Long.class), row.getLong("estimate")));
    }

    private static boolean isSmall(Size size) {
        return size.bytes() != null && size.bytes() <= MOST_BYTES_COUNTED;
    }

    private static void count(InternalDb.Session session, List<String> counts, Map<String, String> totals)
            throws SQLException {
        if (!counts.isEmpty()) {
            session.query(
                    Sql.of(String.join(" UNION ALL ", counts)),
                    Map.of(),
                    row -> totals.put(row.getString(1), Long.toString(row.getLong(2))));
        }
    }

    private static String countOf(String table, String rows) {
        return "SELECT '" + table.replace("'", "''") + "', count(*) FROM " + rows;
    }

    private static String rowsOf(Mapping mapping, UUID tenancy) {
        return mapping.fromClause() + " WHERE " + mapping.tenancySql() + " = '" + tenancy + "'::uuid";
    }

    private long estimate(InternalDb.Session session, String rows) throws SQLException {
        String plan = session.queryOne(
                        Sql.of("EXPLAIN (FORMAT JSON) SELECT FROM " + rows), Map.of(), row -> row.getString(1))
                .orElse("[]");
        try {
            return json.readTree(plan).path(0).path("Plan").path("Plan Rows").asLong(0);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The server explains plans in another form than JSON", e);
        }
    }
}
