package dev.dbsync.engine.target.postgres;

import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.Mapping.Column;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.target.TargetRefusedException;
import dev.dbsync.engine.target.UnusableAnswerException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks at the tables of one schema of a target, makes them and mends them. Works in the transaction that {@link PostgresTarget} began
 * and will end. Not thread-safe.
 */
public final class PostgresTables {

    /** Values that do not convert, keys that are not unique, views that depend on a column: classes of SQLSTATE. */
    private static final Set<String> CANNOT_BE_MENDED = Set.of("0A", "22", "23", "2B", "42");

    static final Sql SHAPES = Sql.resource(PostgresTarget.class, "shapes.sql");

    private final Connection connection;
    private final String schema;
    private final PostgresDialect dialect;

    /** Tables that had triggers or rules, or may have had them, when they were last looked at. */
    private final Set<String> watched = new HashSet<>();

    PostgresTables(Connection connection, String schema, PostgresDialect dialect) {
        this.connection = connection;
        this.schema = schema;
        this.dialect = dialect;
    }

    void createSchemaIfAbsent() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT FROM pg_namespace WHERE nspname = ?")) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    return;
                }
            }
        }
        execute(dialect.createSchema());
        execute(dialect.revokeSchemaFromPublic());
    }

    /** Lets a role read what is synced. Tables that are not there yet get their grant when they are made. */
    public void grantReader(String role, Collection<Mapping> mappings) throws SQLException {
        execute(dialect.grantSchema(role));
        Map<String, TableShape> shapes = shapes(
                Stream.concat(mappings.stream().map(Mapping::targetTable), Stream.of(PostgresDialect.STATUS_VIEW))
                        .toList());
        TableShape view = shapes.get(PostgresDialect.STATUS_VIEW);
        if (view != null && PostgresDialect.STATUS_VIEW_COMMENT.equals(view.comment())) {
            execute(dialect.grantTable(PostgresDialect.STATUS_VIEW, role));
        }
        for (Mapping mapping : mappings) {
            TableShape shape = shapes.get(mapping.targetTable());
            if (shape != null && shape.isOurs(mapping)) {
                execute(dialect.grantTable(mapping.targetTable(), role));
            }
        }
    }

    /**
     * The identities of the tables that are there, ours and of the mapping's shape. A table that is not is absent from the
     * answer, so that it is copied again, which is where it is mended or refused.
     */
    public Map<String, String> identities(Collection<Mapping> mappings) throws SQLException {
        return identities(mappings, shapes(namesOf(mappings)));
    }

    /** The same of an answer to {@link #SHAPES}. */
    Map<String, String> identities(Collection<Mapping> mappings, ResultSet rows) throws SQLException {
        return identities(mappings, shapes(rows));
    }

    static List<String> namesOf(Collection<Mapping> mappings) {
        return mappings.stream().map(Mapping::targetTable).toList();
    }

    private static Map<String, String> identities(Collection<Mapping> mappings, Map<String, TableShape> shapes) {
        var identities = new HashMap<String, String>();
        for (Mapping mapping : mappings) {
            TableShape shape = shapes.get(mapping.targetTable());
            if (shape != null && shape.isOurs(mapping) && shape.fits(mapping)) {
                identities.put(mapping.id(), shape.identity());
            }
        }
        return identities;
    }

    /**
     * Makes the mapping's table ready for a copy: creates it, or brings it back to what the mapping says.
     *
     * @param readerRole who may read it, or null
     * @return its identity, and whether it holds rows
     * @throws TargetRefusedException {@code TARGET_TABLE_NOT_OWNED} or {@code TARGET_TABLE_ALTERED}
     */
    public CopyTable readyForCopy(Mapping mapping, String readerRole) throws SQLException, TargetRefusedException {
        TableShape shape = shapes(List.of(mapping.targetTable())).get(mapping.targetTable());
        if (shape == null) {
            execute(dialect.createTable(mapping));
            execute(dialect.revokeFromPublic(mapping.targetTable()));
            execute(dialect.comment(mapping));
        } else {
            requireOurs(mapping, shape);
            mend(mapping, shape);
            List<String> required = mapping.columns().stream()
                    .filter(Column::notNull)
                    .map(Column::name)
                    .toList();
            for (String column : shape.notNull()) {
                if (!required.contains(column)) {
                    execute(dialect.dropNotNull(mapping, column));
                }
            }
        }
        if (readerRole != null) {
            execute(dialect.grantTable(mapping.targetTable(), readerRole));
        }
        String tableIdentity = shapes(List.of(mapping.targetTable()))
                .get(mapping.targetTable())
                .identity();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(dialect.isEmpty(mapping))) {
            rows.next();
            return new CopyTable(tableIdentity, rows.getBoolean(1));
        }
    }

    /** A table that a copy may be written to. */
    public record CopyTable(String identity, boolean empty) {}

    private static void requireOurs(Mapping mapping, TableShape shape) throws TargetRefusedException {
        if (!shape.isOurs(mapping)) {
            throw PostgresTarget.refused(
                    "TARGET_TABLE_NOT_OWNED",
                    "Table '" + mapping.targetTable() + "' was there before and is not ours, so it is not written to",
                    "Rename or drop that table, or give this external database a schema of its own");
        }
    }

    /** Brings columns, types and key back to what the mapping says, in place, so that what the tenant hung on the table stays. */
    private void mend(Mapping mapping, TableShape shape) throws SQLException, TargetRefusedException {
        for (Column column : shape.missing(mapping)) {
            execute(dialect.addColumn(mapping, column));
        }
        try {
            boolean otherKey = !shape.hasKeyOf(mapping);
            if (otherKey && shape.keyName() != null) {
                execute(dialect.dropKey(mapping, shape.keyName()));
            }
            for (Column column : shape.mistyped(mapping)) {
                execute(dialect.changeType(mapping, column));
            }
            if (otherKey) {
                execute(dialect.addKey(mapping));
            }
        } catch (SQLException e) {
            String state = e.getSQLState();
            if (state == null || state.equals("42501") || !CANNOT_BE_MENDED.contains(state.substring(0, 2))) {
                throw e;
            }
            throw PostgresTarget.refused(
                    "TARGET_TABLE_ALTERED",
                    "Table '" + mapping.targetTable() + "' is not as mapping '" + mapping.id()
                            + "' needs it, and its column types or primary key cannot be put right in place ("
                            + state + ")",
                    "Drop that table; it is then made and copied again");
        }
    }

    /** After the copy every row has its value: columns that were added to rows already there may now demand it. */
    public void demandValues(Mapping mapping) throws SQLException {
        TableShape shape = shapes(List.of(mapping.targetTable())).get(mapping.targetTable());
        for (Column column : mapping.columns()) {
            if (column.notNull() && !shape.notNull().contains(column.name())) {
                execute(dialect.setNotNull(mapping, column.name()));
            }
        }
    }

    /** Whether something of the tenant's may see rows on their way into the table, as far as it was looked at. */
    boolean mayBeWatched(Mapping mapping) {
        return watched.contains(mapping.targetTable());
    }

    Map<String, TableShape> shapes(List<String> tables) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SHAPES.jdbc())) {
            SHAPES.bind(
                    statement, Map.of("schema", schema, "tables", connection.createArrayOf("text", tables.toArray())));
            try (ResultSet rows = statement.executeQuery()) {
                return shapes(rows);
            }
        }
    }

    private Map<String, TableShape> shapes(ResultSet rows) throws SQLException {
        var shapes = new HashMap<String, TableShape>();
        while (rows.next()) {
            TableShape shape = shape(rows);
            shapes.put(rows.getString("name"), shape);
            if (shape.watched()) {
                watched.add(rows.getString("name"));
            }
        }
        return shapes;
    }

    private static TableShape shape(ResultSet row) throws SQLException {
        List<String> columns = texts(row, "columns");
        List<String> types = texts(row, "types");
        if (columns.size() != types.size()) {
            throw new UnusableAnswerException("Other types than columns");
        }
        var typed = new LinkedHashMap<String, String>();
        for (int i = 0; i < columns.size(); i++) {
            typed.put(columns.get(i), types.get(i));
        }
        return new TableShape(
                row.getString("identity"),
                row.getString("comment"),
                typed,
                new LinkedHashSet<>(texts(row, "not_null")),
                texts(row, "key"),
                row.getString("key_name"),
                row.getBoolean("watched"));
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        if (array == null || !(array.getArray() instanceof String[] texts)) {
            throw new UnusableAnswerException("No list of names");
        }
        if (Stream.of(texts).anyMatch(Objects::isNull)) {
            throw new UnusableAnswerException("A name that is null");
        }
        return List.of(texts);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
