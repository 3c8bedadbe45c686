package dev.dbsync.common.mapping;

import dev.dbsync.common.mapping.Mapping.Column;
import dev.dbsync.common.mapping.Mapping.Dependency;
import dev.dbsync.common.mapping.Mapping.Filter;
import dev.dbsync.common.mapping.Mapping.Lookup;
import dev.dbsync.common.mapping.Mapping.Origin;
import dev.dbsync.common.mapping.Mapping.Tenancy;
import dev.dbsync.common.mapping.Mapping.Value;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads one mapping file. Everything that is not understood is refused with its line. */
final class MappingFile {

    private static final Pattern TARGET_NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
    private static final Set<String> TAKEN_NAMES = Set.of("src", "tenancy", "touched", "asked");
    private static final String RESERVED_PREFIX = "_external_db_sync";
    private static final String TYPES =
            "uuid, text, boolean, integer, bigint, double, numeric, date, timestamptz, timestamp, jsonb, bytea, or one of these with []";

    private final String file;
    private final boolean builtIn;

    private MappingFile(String file, boolean builtIn) {
        this.file = file;
        this.builtIn = builtIn;
    }

    /**
     * @param file the name to report
     * @param text its content
     * @throws MappingException if it is not a mapping
     */
    static Mapping parse(String file, boolean builtIn, String text) {
        return new MappingFile(file, builtIn).mapping(text);
    }

    private Mapping mapping(String text) {
        var root = new YamlMap(file, compose(text), "a mapping file");
        root.allow("mapping", "source", "depends_on", "lookups", "target", "columns", "filter");
        String id = targetName(root, "mapping");
        var source = root.map("source", "schema", "table", "key", "tenancy");
        var tenancy = tenancy(source);
        List<String> key = source.texts("key");
        var dependencies = new ArrayList<Dependency>();
        for (YamlMap entry : root.optionalMaps("depends_on", "schema", "table", "on")) {
            dependencies.add(dependency(entry));
        }
        List<Lookup> lookups = lookups(root);
        for (Lookup lookup : lookups) {
            dependencies.add(dependency(lookup));
        }
        var target = root.map("target", "table");
        List<Column> columns = columns(root);
        Optional<Filter> filter = root.optionalText("filter").map(sql -> new Filter(sql, root.line("filter")));
        TableName table = table(source);
        String targetTable = targetName(target, "table");
        String hash = hash(table, key, tenancy, lookups, targetTable, columns, filter);
        var origin = new Origin(file, builtIn, source.line("table"));
        return new Mapping(
                id,
                table,
                key,
                tenancy,
                List.copyOf(dependencies),
                lookups,
                targetTable,
                columns,
                filter,
                hash,
                origin);
    }

    private org.yaml.snakeyaml.nodes.Node compose(String text) {
        try {
            var node = new Yaml(new LoaderOptions()).compose(new StringReader(text));
            if (node == null) {
                throw new MappingException(file, 1, "the file is empty; a mapping begins with 'mapping: <name>'");
            }
            return node;
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new MappingException(file, line, "not well-formed YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new MappingException(file, 1, "not well-formed YAML: " + e.getMessage());
        }
    }

    private Tenancy tenancy(YamlMap source) {
        var tenancy = source.map("tenancy", "column", "schema", "table", "id", "join");
        Optional<String> column = tenancy.optionalText("column");
        if (column.isPresent()) {
            tenancy.allow("column");
            return new Tenancy.OfColumn(column.get());
        }
        var join = tenancy.map("join");
        Map<String, String> pairs = join.texts();
        if (pairs.isEmpty()) {
            throw tenancy.wrong("join", "needs at least one 'source column: tenancy column'");
        }
        return new Tenancy.Joined(table(tenancy), tenancy.text("id"), pairs);
    }

    private Dependency dependency(YamlMap entry) {
        var on = new ArrayList<Dependency.On>();
        for (YamlMap pair : entry.maps("on", "column", "source", "sql")) {
            on.add(new Dependency.On(pair.text("column"), value(pair)));
        }
        return new Dependency(table(entry), List.copyOf(on), entry.line("table"));
    }

    private List<Lookup> lookups(YamlMap root) {
        var lookups = new ArrayList<Lookup>();
        var names = new HashSet<>(TAKEN_NAMES);
        for (YamlMap entry : root.optionalMaps("lookups", "name", "schema", "table", "on", "where")) {
            String name = targetName(entry, "name");
            if (!names.add(name)) {
                throw entry.wrong("name", "'" + name + "' is taken; choose another name for the lookup");
            }
            Map<String, String> on = entry.map("on").texts();
            if (on.isEmpty()) {
                throw entry.wrong("on", "needs at least one 'column of the lookup: column of the source'");
            }
            lookups.add(new Lookup(name, table(entry), on, entry.optionalTexts("where"), entry.line("table")));
        }
        return List.copyOf(lookups);
    }

    /** Whatever row of the lookup's table: one that begins or ceases to meet its conditions feeds the source row too. */
    private static Dependency dependency(Lookup lookup) {
        var on = new ArrayList<Dependency.On>();
        lookup.on().forEach((column, source) -> on.add(new Dependency.On(column, new Value.SourceColumn(source))));
        return new Dependency(lookup.table(), List.copyOf(on), lookup.line());
    }

    private List<Column> columns(YamlMap root) {
        var columns = new ArrayList<Column>();
        var names = new HashSet<String>();
        for (YamlMap entry : root.maps("columns", "name", "type", "key", "not_null", "source", "sql")) {
            String name = targetName(entry, "name");
            if (!names.add(name)) {
                throw entry.wrong("name", "column '" + name + "' is there twice");
            }
            String typeName = entry.text("type");
            ColumnType type = ColumnType.parse(typeName)
                    .orElseThrow(() -> entry.wrong("type", "unknown type '" + typeName + "'; known are " + TYPES));
            boolean key = entry.flag("key");
            Value value = value(entry);
            if (key && !(value instanceof Value.SourceColumn)) {
                throw entry.wrong(
                        "key",
                        "key column '" + name + "' must come from a 'source' column, so that a tombstone can carry it");
            }
            columns.add(new Column(name, type, key, key || entry.flag("not_null"), value, entry.line("name")));
        }
        if (columns.stream().noneMatch(Column::key)) {
            throw root.wrong("columns", "no column is marked 'key: true'; the target table needs a primary key");
        }
        return List.copyOf(columns);
    }

    private static Value value(YamlMap entry) {
        Optional<String> source = entry.optionalText("source");
        Optional<String> sql = entry.optionalText("sql");
        if (source.isPresent() == sql.isPresent()) {
            throw entry.wrong(
                    null, "needs exactly one of 'source' (a column of the source table) and 'sql' (an expression)");
        }
        return source.<Value>map(Value.SourceColumn::new).orElseGet(() -> new Value.Expression(sql.orElseThrow()));
    }

    private static TableName table(YamlMap entry) {
        return new TableName(entry.optionalText("schema").orElse("public"), entry.text("table"));
    }

    private static String targetName(YamlMap entry, String key) {
        String name = entry.text(key);
        if (!TARGET_NAME.matcher(name).matches() || name.startsWith(RESERVED_PREFIX)) {
            throw entry.wrong(
                    key,
                    "'" + name
                            + "' is not a usable name; use lower-case letters, digits and _, at most 63, not beginning with "
                            + RESERVED_PREFIX);
        }
        return name;
    }

    /** Lines and dependencies are left out: they do not change what a target holds. */
    private static String hash(
            TableName table,
            List<String> key,
            Tenancy tenancy,
            List<Lookup> lookups,
            String target,
            List<Column> columns,
            Optional<Filter> filter) {
        var text = new StringBuilder();
        text.append(table.quoted()).append(key).append(tenancy).append(target);
        lookups.forEach(l -> text.append("\nlookup ").append(l.table().quoted()).append(l.condition()));
        columns.forEach(c -> text.append('\n')
                .append(c.name())
                .append(c.type().postgres())
                .append(c.key())
                .append(c.notNull())
                .append(c.value()));
        filter.ifPresent(f -> text.append("\nfilter ").append(f.sql()));
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
