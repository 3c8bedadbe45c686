package dev.dbsync.common.mapping;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the rows of one source table appear in a tenancy's database. Immutable.
 *
 * <p>SQL in a mapping sees the source row as {@code src} and, where the tenancy is found through another table, that
 * table's row as {@code tenancy}; columns see the row of each lookup by its name.
 *
 * @param id the mapping's name, unique in a catalog
 * @param source where the rows come from
 * @param key the source table's primary key, in index order
 * @param tenancy how a row's tenancy is found
 * @param dependencies other tables whose changes show in this mapping's rows, those of lookups included
 * @param lookups rows of other tables that columns read
 * @param targetTable name of the table in the tenant's schema
 * @param columns the target's columns in order; at least one is a key
 * @param filter SQL condition; a row that does not meet it is not in the target
 * @param hash changes when, and only when, what the target should hold may have changed
 * @param origin the file it was read from
 */
public record Mapping(
        String id,
        TableName source,
        List<String> key,
        Tenancy tenancy,
        List<Dependency> dependencies,
        List<Lookup> lookups,
        String targetTable,
        List<Column> columns,
        Optional<Filter> filter,
        String hash,
        Origin origin) {

    /** How a row's tenancy is found. */
    public sealed interface Tenancy {

        /** In a uuid column of the source table. */
        record OfColumn(String column) implements Tenancy {}

        /**
         * In another table that the source row points at.
         *
         * @param table the other table
         * @param id its uuid column that is the tenancy's id
         * @param join source column to the other table's column, in file order
         */
        record Joined(TableName table, String id, Map<String, String> join) implements Tenancy {}
    }

    /** Where a value comes from. */
    public sealed interface Value {

        /** A column of the source row, as it is. */
        record SourceColumn(String column) implements Value {}

        /** An SQL expression over {@code src} (and {@code tenancy}); sub-selects allowed. */
        record Expression(String sql) implements Value {}

        /** The value as SQL over {@code src}. */
        default String asSql() {
            if (this instanceof SourceColumn c) {
                return "src." + TableName.quote(c.column());
            }
            return "(" + ((Expression) this).sql() + ")";
        }
    }

    /** A column of the target. A key column's value is always a {@link Value.SourceColumn}, so that a tombstone can carry it. */
    public record Column(String name, ColumnType type, boolean key, boolean notNull, Value value, int line) {}

    /**
     * Another table that this mapping reads.
     *
     * @param on which source rows a dependency row feeds: those where every pair is equal
     */
    public record Dependency(TableName table, List<On> on, int line) {

        /** The dependency's column equals this value of the source row. */
        public record On(String column, Value source) {}
    }

    /**
     * The row of another table that belongs to a source row, or none; of several the first in the order of their texts.
     *
     * @param name what columns call it
     * @param on the lookup's column to the source's: both are equal
     * @param where the lookup's column to a value that it has
     */
    public record Lookup(String name, TableName table, Map<String, String> on, Map<String, String> where, int line) {

        /** SQL that is true for the row, which has the lookup's name. */
        public String condition() {
            var conditions = new ArrayList<String>();
            on.forEach((column, source) -> conditions.add(sql(column) + " = src." + TableName.quote(source)));
            where.forEach((column, value) -> conditions.add(sql(column) + " = '" + value.replace("'", "''") + "'"));
            return String.join(" AND ", conditions);
        }

        /** The lookup's column as SQL. */
        public String sql(String column) {
            return TableName.quote(name) + "." + TableName.quote(column);
        }
    }

    /** A condition over {@code src} (and {@code tenancy}). */
    public record Filter(String sql, int line) {}

    /** Where a mapping was written down. */
    public record Origin(String file, boolean builtIn, int sourceLine) {}

    /** The source rows as {@code src}, joined with {@code tenancy} where the tenancy is found through another table. */
    public String fromClause() {
        String from = source.quoted() + " AS src";
        if (tenancy instanceof Tenancy.Joined joined) {
            var pairs = new ArrayList<String>();
            joined.join()
                    .forEach((sourceColumn, tenancyColumn) -> pairs.add(
                            "tenancy." + TableName.quote(tenancyColumn) + " = src." + TableName.quote(sourceColumn)));
            from += " JOIN " + joined.table().quoted() + " AS tenancy ON " + String.join(" AND ", pairs);
        }
        return from;
    }

    /** The id of a row's tenancy, as SQL over {@link #fromClause()}. */
    public String tenancySql() {
        if (tenancy instanceof Tenancy.OfColumn of) {
            return "src." + TableName.quote(of.column());
        }
        return "tenancy." + TableName.quote(((Tenancy.Joined) tenancy).id());
    }

    /** The target's key columns in order. */
    public List<Column> keyColumns() {
        return columns.stream().filter(Column::key).toList();
    }

    /**
     * The target key of a row.
     *
     * @param row one value per target column
     */
    public <T> List<T> targetKey(List<T> row) {
        var key = new ArrayList<T>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).key()) {
                key.add(row.get(i));
            }
        }
        return key;
    }

    /** The source columns that target keys are made of: what a tombstone's data holds. */
    public Set<String> tombstoneColumns() {
        var names = new LinkedHashSet<String>();
        keyColumns().forEach(column -> names.add(((Value.SourceColumn) column.value()).column()));
        return names;
    }

    /** Every table whose TRUNCATE or renewed capture makes a copy of this mapping worthless, the source first. */
    public Set<TableName> tables() {
        var tables = new LinkedHashSet<TableName>();
        tables.add(source);
        if (tenancy instanceof Tenancy.Joined joined) {
            tables.add(joined.table());
        }
        dependencies.forEach(dependency -> tables.add(dependency.table()));
        return tables;
    }
}
