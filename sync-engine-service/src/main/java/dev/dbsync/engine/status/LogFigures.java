package dev.dbsync.engine.status;

import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.status.StatusView.DeletedRows;
import dev.dbsync.engine.status.StatusView.Table;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the two logs hold of each source table, of all tenancies or of one. Immutable. */
final class LogFigures {

    private static final Sql OF_ALL = Sql.resource(LogFigures.class, "logs.sql");
    private static final Sql OF_TENANCY = Sql.resource(LogFigures.class, "logs_of_tenancy.sql");

    /** Entries of a backlog looked at: enough to count several tables at once, and still milliseconds. */
    private static final int BACKLOG_SCAN = 5 * Counts.BOUND;

    private final List<String> tables;
    private final Map<String, Figures> changed = new HashMap<>();
    private final Map<String, Figures> deleted = new HashMap<>();

    private LogFigures(Collection<String> tables) {
        this.tables = List.copyOf(tables);
    }

    private record Figures(
            String log, String table, long pending, long unsequenced, Long lowest, Long highest, long tombstones) {

        private static final Figures NONE = new Figures("", "", 0, 0, null, null, 0);

        static Figures of(ResultSet row) throws SQLException {
            return new Figures(
                    row.getString("log"),
                    row.getString("table_name"),
                    row.getLong("pending"),
                    row.getLong("unsequenced"),
                    row.getObject("min_sequence_id", Long.class),
                    row.getObject("max_sequence_id", Long.class),
                    row.getLong("tombstones"));
        }

        Figures plus(Figures other) {
            return new Figures(
                    log,
                    table,
                    pending + other.pending,
                    unsequenced + other.unsequenced,
                    Counts.lower(lowest, other.lowest),
                    Counts.higher(highest, other.highest),
                    tombstones + other.tombstones);
        }
    }

    /** @param tenancy null for all */
    static LogFigures read(InternalDb.Session session, Collection<String> tables, UUID tenancy) throws SQLException {
        var parameters = new HashMap<String, Object>();
        parameters.put("tables", tables.toArray(String[]::new));
        parameters.put("scan", BACKLOG_SCAN);
        parameters.put("count", Counts.BOUND);
        if (tenancy != null) {
            parameters.put("tenancy", tenancy);
        }
        var figures = new LogFigures(tables);
        for (Figures one : session.query(tenancy == null ? OF_ALL : OF_TENANCY, parameters, Figures::of)) {
            (one.log().equals("ChangedRow") ? figures.changed : figures.deleted).put(one.table(), one);
        }
        return figures;
    }

    /** @param totals rows of each source table, as the status shows them */
    List<Table> tables(Map<String, String> totals) {
        return tables.stream()
                .map(table -> table(table, totals.getOrDefault(table, "0"), of(changed, table)))
                .toList();
    }

    DeletedRows deletedRows() {
        Figures all = deleted.values().stream().reduce(Figures.NONE, Figures::plus);
        List<Table> byTable = tables.stream()
                .map(table -> table(table, Counts.bounded(of(deleted, table).tombstones()), of(deleted, table)))
                .toList();
        return new DeletedRows(
                Counts.bounded(all.tombstones()),
                Counts.bounded(all.pending()),
                Counts.bounded(all.unsequenced()),
                Counts.id(all.lowest()),
                Counts.id(all.highest()),
                byTable);
    }

    StatusView.Mapping mapping(Mapping mapping) {
        String table = mapping.source().logName();
        Figures both = of(changed, table).plus(of(deleted, table));
        return new StatusView.Mapping(
                mapping.id(), Counts.id(both.lowest()), Counts.id(both.highest()), Counts.bounded(both.pending()));
    }

    private static Figures of(Map<String, Figures> log, String table) {
        return log.getOrDefault(table, Figures.NONE);
    }

    private static Table table(String name, String total, Figures figures) {
        return new Table(
                name,
                total,
                Counts.bounded(figures.pending()),
                Counts.bounded(figures.unsequenced()),
                Counts.id(figures.lowest()),
                Counts.id(figures.highest()));
    }
}
