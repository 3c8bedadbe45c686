package dev.dbsync.common.mapping;

import dev.dbsync.common.mapping.Mapping.Column;
import dev.dbsync.common.mapping.Mapping.Dependency;
import dev.dbsync.common.mapping.Mapping.Lookup;
import dev.dbsync.common.mapping.Mapping.Tenancy;
import dev.dbsync.common.mapping.Mapping.Value;
import dev.dbsync.common.sql.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Holds mappings against the internal database: do their tables, columns and expressions exist there? */
public final class MappingBinder {

    private static final Sql COLUMNS = Sql.resource(MappingBinder.class, "columns.sql");
    private static final Sql INDEXES = Sql.resource(MappingBinder.class, "indexes.sql");

    private final Connection connection;

    private MappingBinder(Connection connection) {
        this.connection = connection;
    }

    /**
     * What binding found.
     *
     * @param active the mappings that can be synced
     * @param leftOut a sentence per built-in mapping whose table is not there or is another application's
     * @param advice a sentence per index that is missing, with the statement that creates it
     */
    public record Bound(List<BoundMapping> active, List<String> leftOut, List<String> advice) {

        /** The catalog of the active mappings. */
        public MappingCatalog catalog() {
            return MappingCatalog.of(active.stream().map(BoundMapping::mapping).toList());
        }
    }

    /**
     * Reads the catalogue and has every expression parsed; reads no row and changes nothing.
     *
     * @param connection to the internal database, in autocommit
     * @throws MappingException if an operator's mapping does not fit, naming file, line and remedy
     */
    public static Bound bind(MappingCatalog catalog, Connection connection) throws SQLException {
        var binder = new MappingBinder(connection);
        var active = new ArrayList<BoundMapping>();
        var leftOut = new ArrayList<String>();
        var advice = new LinkedHashSet<String>();
        for (Mapping mapping : catalog.all()) {
            try {
                active.add(binder.bind(mapping));
                advice.addAll(binder.missingIndexes(mapping));
            } catch (MappingException e) {
                if (!mapping.origin().builtIn()) {
                    throw e;
                }
                leftOut.add(e.getMessage());
            }
        }
        return new Bound(List.copyOf(active), List.copyOf(leftOut), List.copyOf(advice));
    }

    private BoundMapping bind(Mapping mapping) throws SQLException {
        int line = mapping.origin().sourceLine();
        Map<String, ColumnFacts> source = columns(mapping, mapping.source(), line);
        for (String column : mapping.key()) {
            if (!require(mapping, mapping.source(), source, column, line).notNull()) {
                throw wrong(
                        mapping,
                        line,
                        "key column '" + column + "' of " + mapping.source()
                                + " may be null; choose columns that are NOT NULL");
            }
        }
        if (indexes(mapping.source()).stream()
                .noneMatch(i -> i.unique() && Set.copyOf(i.columns()).equals(Set.copyOf(mapping.key())))) {
            throw wrong(
                    mapping,
                    line,
                    "no unique index of " + mapping.source() + " is on exactly " + mapping.key()
                            + "; name the columns of its primary key");
        }
        bindTenancy(mapping, source);
        Set<String> unique = bindLookups(mapping, source);
        for (Dependency dependency : mapping.dependencies()) {
            Map<String, ColumnFacts> columns = columns(mapping, dependency.table(), dependency.line());
            for (Dependency.On on : dependency.on()) {
                require(mapping, dependency.table(), columns, on.column(), dependency.line());
                parse(
                        mapping,
                        mapping.fromClause(),
                        on.source().asSql() + "::text",
                        "true",
                        dependency.line(),
                        "dependency on " + dependency.table());
            }
        }
        String rows = new BoundMapping(mapping, Map.of()).rowsClause();
        for (Lookup lookup : mapping.lookups()) {
            parse(mapping, rows, "1", "true", lookup.line(), "lookup '" + lookup.name() + "'");
        }
        for (Column column : mapping.columns()) {
            if (column.value() instanceof Value.SourceColumn from) {
                ColumnFacts facts = require(mapping, mapping.source(), source, from.column(), column.line());
                if (column.key() && !facts.notNull()) {
                    throw wrong(
                            mapping,
                            column.line(),
                            "key column '" + column.name() + "' comes from '" + from.column()
                                    + "', which may be null; a key must come from NOT NULL columns");
                }
            }
            parse(
                    mapping,
                    rows,
                    column.value().asSql() + "::" + column.type().postgres(),
                    "true",
                    column.line(),
                    "column '" + column.name() + "'");
        }
        if (mapping.filter().isPresent()) {
            var filter = mapping.filter().get();
            parse(mapping, mapping.fromClause(), "1", filter.sql(), filter.line(), "filter");
        }
        var types = new LinkedHashMap<String, String>();
        source.forEach((name, facts) -> types.put(name, facts.type()));
        return new BoundMapping(mapping, types, unique);
    }

    /** @return the names of those that find one row at most, see {@link BoundMapping#uniqueLookups()} */
    private Set<String> bindLookups(Mapping mapping, Map<String, ColumnFacts> source) throws SQLException {
        var unique = new HashSet<String>();
        for (Lookup lookup : mapping.lookups()) {
            Map<String, ColumnFacts> columns = columns(mapping, lookup.table(), lookup.line());
            boolean sameTypes = true;
            for (Map.Entry<String, String> pair : lookup.on().entrySet()) {
                String type = require(mapping, lookup.table(), columns, pair.getKey(), lookup.line())
                        .type();
                String ofSource = require(mapping, mapping.source(), source, pair.getValue(), lookup.line())
                        .type();
                sameTypes &= type.equals(ofSource);
            }
            for (String column : lookup.where().keySet()) {
                require(mapping, lookup.table(), columns, column, lookup.line());
            }
            var fixed = new HashSet<>(lookup.on().keySet());
            fixed.addAll(lookup.where().keySet());
            if (sameTypes
                    && indexes(lookup.table()).stream()
                            .anyMatch(index -> index.unique() && fixed.containsAll(index.columns()))) {
                unique.add(lookup.name());
            }
        }
        return Set.copyOf(unique);
    }

    private void bindTenancy(Mapping mapping, Map<String, ColumnFacts> source) throws SQLException {
        int line = mapping.origin().sourceLine();
        if (mapping.tenancy() instanceof Tenancy.OfColumn of) {
            requireUuid(mapping, mapping.source(), source, of.column(), line);
        } else if (mapping.tenancy() instanceof Tenancy.Joined joined) {
            Map<String, ColumnFacts> columns = columns(mapping, joined.table(), line);
            requireUuid(mapping, joined.table(), columns, joined.id(), line);
            for (Map.Entry<String, String> pair : joined.join().entrySet()) {
                require(mapping, mapping.source(), source, pair.getKey(), line);
                require(mapping, joined.table(), columns, pair.getValue(), line);
            }
        }
    }

    /** Has PostgreSQL parse an expression and a condition over the mapping's rows; where it complains is ours to say. */
    private void parse(Mapping mapping, String from, String expression, String condition, int line, String what)
            throws SQLException {
        String sql = "SELECT " + expression + " FROM " + from + " WHERE false AND (" + condition + ")";
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery(sql).close();
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("08")) {
                throw e;
            }
            String said = e.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
            throw wrong(
                    mapping,
                    line,
                    what + " is not valid over " + mapping.source() + ": " + said
                            + "; correct the expression, or the name it uses (the source row is 'src')");
        }
    }

    private void requireUuid(
            Mapping mapping, TableName table, Map<String, ColumnFacts> columns, String column, int line) {
        String type = require(mapping, table, columns, column, line).type();
        if (!type.equals("uuid")) {
            throw wrong(
                    mapping, line, "tenancy column '" + column + "' of " + table + " is " + type + "; it must be uuid");
        }
    }

    private static ColumnFacts require(
            Mapping mapping, TableName table, Map<String, ColumnFacts> columns, String column, int line) {
        ColumnFacts facts = columns.get(column);
        if (facts == null) {
            throw wrong(
                    mapping,
                    line,
                    "table " + table + " has no column '" + column + "' (has: " + String.join(", ", columns.keySet())
                            + "); correct the name");
        }
        return facts;
    }

    private Map<String, ColumnFacts> columns(Mapping mapping, TableName table, int line) throws SQLException {
        var columns = new LinkedHashMap<String, ColumnFacts>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS.jdbc())) {
            COLUMNS.bind(statement, Map.of("relation", table.quoted()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.put(
                            rows.getString("name"),
                            new ColumnFacts(rows.getString("type"), rows.getBoolean("not_null")));
                }
            }
        }
        if (columns.isEmpty()) {
            throw wrong(
                    mapping,
                    line,
                    "the internal database has no table " + table
                            + " that this role may see; create it, correct the name (and schema), or grant the role access");
        }
        return columns;
    }

    private List<Index> indexes(TableName table) throws SQLException {
        var indexes = new ArrayList<Index>();
        try (PreparedStatement statement = connection.prepareStatement(INDEXES.jdbc())) {
            INDEXES.bind(statement, Map.of("relation", table.quoted()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    var columns = List.of((String[]) rows.getArray("columns").getArray());
                    indexes.add(new Index(rows.getBoolean("is_unique"), columns));
                }
            }
        }
        return indexes;
    }

    /** The two ways the engine reaches rows: in key order, and by target key. */
    private List<String> missingIndexes(Mapping mapping) throws SQLException {
        List<Index> indexes = indexes(mapping.source());
        List<String> tenancy = mapping.tenancy() instanceof Tenancy.OfColumn of
                ? List.of(of.column())
                : List.copyOf(((Tenancy.Joined) mapping.tenancy()).join().keySet());
        var advice = new ArrayList<String>();
        for (List<String> wanted : List.of(mapping.key(), List.copyOf(mapping.tombstoneColumns()))) {
            if (indexes.stream().noneMatch(index -> serves(index, tenancy, wanted))) {
                var columns = new LinkedHashSet<String>(tenancy);
                columns.addAll(wanted);
                String list =
                        String.join(", ", columns.stream().map(TableName::quote).toList());
                advice.add("Mapping '" + mapping.id() + "' would read whole tenancies of " + mapping.source()
                        + " for want of an index; create it: CREATE INDEX CONCURRENTLY ON "
                        + mapping.source().quoted() + " (" + list + ")");
            }
        }
        return advice;
    }

    private static boolean serves(Index index, List<String> tenancy, List<String> wanted) {
        var useful = new HashSet<String>(tenancy);
        useful.addAll(wanted);
        int leading = 0;
        boolean selective = false;
        for (String column : index.columns()) {
            if (!useful.contains(column)) {
                break;
            }
            leading++;
            selective |= wanted.contains(column) && !tenancy.contains(column);
        }
        return leading > 0 && (selective || tenancy.containsAll(wanted));
    }

    private static MappingException wrong(Mapping mapping, int line, String problem) {
        return new MappingException(mapping.origin().file(), line, problem);
    }

    private record ColumnFacts(String type, boolean notNull) {}

    private record Index(boolean unique, List<String> columns) {}
}
