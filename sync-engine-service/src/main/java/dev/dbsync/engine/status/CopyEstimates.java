package dev.dbsync.engine.status;

import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.Mapping.Tenancy;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.status.StatusView.Copy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * How many rows a copy will have in the end, as far as the planner's statistics tell without reading any. They do not tell of
 * mappings with a filter, nor where a row's tenancy is found through another table.
 */
@ApplicationScoped
class CopyEstimates {

    private static final Sql COLUMN_STATISTICS = Sql.resource(CopyEstimates.class, "column_statistics.sql");

    /** Less tells nothing about a copy's pace yet. */
    private static final double FEWEST_SECONDS = 0.5;

    /** By mapping id: table, quoted, and the tenancy's column. */
    private final Map<String, Column> columns = new LinkedHashMap<>();

    CopyEstimates(MappingCatalog catalog) {
        for (Mapping mapping : catalog.all()) {
            if (mapping.tenancy() instanceof Tenancy.OfColumn of
                    && mapping.filter().isEmpty()) {
                columns.put(mapping.id(), new Column(mapping.source().quoted(), of.column()));
            }
        }
    }

    private record Column(String relation, String name) {}

    /** What is known of one table. */
    private record Spread(double rows, double distinct, double nulls, Map<String, Double> common) {

        static Spread of(ResultSet row) throws SQLException {
            double rows = row.getDouble("rows");
            double distinct = row.getDouble("distinct_values");
            var common = new HashMap<String, Double>();
            if (row.getArray("common_values") != null) {
                var values = (String[]) row.getArray("common_values").getArray();
                var fractions = (Double[]) row.getArray("common_fractions").getArray();
                for (int i = 0; i < values.length; i++) {
                    common.put(values[i], fractions[i]);
                }
            }
            // A negative figure is a multiple of the rows.
            return new Spread(rows, distinct < 0 ? -distinct * rows : distinct, row.getDouble("null_fraction"), common);
        }

        /** As the planner estimates an equality: by the value's own frequency, else by what the common ones leave. */
        OptionalLong rowsOf(UUID tenancy) {
            Double own = common.get(tenancy.toString());
            if (own != null) {
                return OptionalLong.of(Math.round(own * rows));
            }
            double others = distinct - common.size();
            double left =
                    1 - nulls - common.values().stream().mapToDouble(d -> d).sum();
            return others < 1 ? OptionalLong.empty() : OptionalLong.of(Math.round(Math.max(left, 0) * rows / others));
        }
    }

    /** What the planner knew at one moment. */
    final class Statistics {

        private final Map<String, Spread> byRelation;

        private Statistics(Map<String, Spread> byRelation) {
            this.byRelation = byRelation;
        }

        /** @param seconds from its beginning to the last page */
        Copy copy(String mapping, UUID tenancy, Long beganMillis, long rows, double seconds) {
            OptionalLong estimate = total(mapping, tenancy);
            // More than all of them: the statistics are of another time.
            boolean known = estimate.isPresent() && estimate.getAsLong() >= rows;
            boolean paced = rows > 0 && seconds >= FEWEST_SECONDS;
            double pace = paced ? rows / seconds : 0;
            return new Copy(
                    beganMillis,
                    Long.toString(rows),
                    known ? Long.toString(estimate.getAsLong()) : null,
                    paced ? Long.toString(Math.round(pace)) : null,
                    known && paced ? Math.round((estimate.getAsLong() - rows) / pace * 1000) : null);
        }

        private OptionalLong total(String mapping, UUID tenancy) {
            Column column = columns.get(mapping);
            Spread spread = column == null ? null : byRelation.get(column.relation());
            return spread == null ? OptionalLong.empty() : spread.rowsOf(tenancy);
        }
    }

    Statistics read(InternalDb.Session session) throws SQLException {
        var byRelation = new HashMap<String, Spread>();
        List<Column> distinct = columns.values().stream().distinct().toList();
        session.query(
                COLUMN_STATISTICS,
                Map.of(
                        "relations", distinct.stream().map(Column::relation).toArray(String[]::new),
                        "columns", distinct.stream().map(Column::name).toArray(String[]::new)),
                row -> byRelation.put(row.getString("relation"), Spread.of(row)));
        return new Statistics(byRelation);
    }
}
