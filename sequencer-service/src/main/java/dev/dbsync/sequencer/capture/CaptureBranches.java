package dev.dbsync.sequencer.capture;

import static dev.dbsync.common.mapping.TableName.quote;

import dev.dbsync.sequencer.capture.Roles.DirectFeed;
import dev.dbsync.sequencer.capture.Roles.Feed;
import dev.dbsync.sequencer.capture.Roles.JoinedTenancy;
import dev.dbsync.sequencer.capture.Roles.TenancyRole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One table's part of the trigger functions, in PL/pgSQL. Columns are read one by one, never the whole row; a value that is
 * null where one is needed means that nothing is logged, never that the application's statement fails. Pure.
 */
final class CaptureBranches {

    private static final String INDENT = "        ";

    private final String table;
    private final Roles roles;
    private final StringBuilder text = new StringBuilder();

    private CaptureBranches(String table, Roles roles) {
        this.table = table;
        this.roles = roles;
    }

    /**
     * What an insert or update logs: the new key everywhere, and where an identifying column changed what a delete logs.
     *
     * @param table log name
     */
    static String change(String table, Roles roles) {
        return new CaptureBranches(table, roles).change();
    }

    /**
     * What a delete logs: the old key everywhere.
     *
     * @param table log name
     */
    static String delete(String table, Roles roles) {
        return new CaptureBranches(table, roles).delete();
    }

    private String change() {
        for (String tenancy : roles.tenancyColumns()) {
            ifPresent("NEW", List.of(tenancy), changedRow(table, "NEW", tenancy, same(roles.key())));
        }
        for (JoinedTenancy joined : roles.joined()) {
            add(pending(joined.rowExpansion(), object("NEW", roles.key())));
        }
        others("NEW");
        inside(
                "IF TG_OP = 'UPDATE' AND " + changed(roles.identifying()) + " THEN",
                () -> text.append(delete(table, roles)));
        return text.toString();
    }

    private String delete() {
        List<String> tenancies = roles.tombstoneTenancyColumns();
        if (!tenancies.isEmpty()) {
            ifGone(
                    List.of(roles.entryKey(), tenancies, roles.tombstoneData()),
                    () -> tenancies.forEach(tenancy -> ifPresent("OLD", List.of(tenancy), deletedRow(tenancy))));
        }
        for (JoinedTenancy joined : roles.joined()) {
            String key = "jsonb_build_object('join', " + object("OLD", joined.columns()) + ", 'primaryKey', "
                    + object("OLD", roles.key()) + ")";
            ifGone(
                    List.of(roles.key(), joined.columns(), roles.tombstoneColumns()),
                    () -> add("INSERT INTO dbsync.\"PendingExpansion\" (\"expansion\", \"key\", \"data\")\n"
                            + "VALUES (" + literal(joined.tombstoneExpansion()) + ", " + key + ", "
                            + object("OLD", roles.tombstoneColumns()) + ");"));
        }
        others("OLD");
        return text.toString();
    }

    /** What other tables' rows are fed from the new or old values. */
    private void others(String row) {
        for (DirectFeed direct : roles.direct()) {
            var columns = new LinkedHashSet<>(direct.key().values());
            columns.add(direct.tenancy());
            log(row, columns, changedRow(direct.table(), row, direct.tenancy(), direct.key()));
        }
        for (Feed feed : roles.feeds()) {
            log(row, feed.columns(), pending(feed.expansion(), object(row, feed.columns())));
        }
        for (TenancyRole tenancy : roles.tenancies()) {
            var columns = new LinkedHashSet<>(tenancy.columns());
            columns.add(tenancy.id());
            log(row, columns, pending(tenancy.expansion(), object(row, columns)));
        }
    }

    private void log(String row, Collection<String> columns, String statement) {
        if (row.equals("OLD")) {
            ifGone(List.of(columns), () -> ifPresent(row, columns, statement));
        } else {
            ifPresent(row, columns, statement);
        }
    }

    private void ifPresent(String row, Collection<String> columns, String statement) {
        String condition = columns.stream()
                .map(column -> row + "." + quote(column) + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        inside("IF " + condition + " THEN", () -> add(statement));
    }

    /** Images are compared, not values: whatever changes the text of a key changes the key. */
    private void ifGone(List<? extends Collection<String>> columns, Runnable body) {
        var all = new LinkedHashSet<String>();
        columns.forEach(all::addAll);
        inside("IF TG_OP = 'DELETE' OR " + changed(all) + " THEN", body);
    }

    private void inside(String head, Runnable body) {
        var outer = text.toString();
        text.setLength(0);
        body.run();
        String inner = text.toString().indent(4);
        text.setLength(0);
        text.append(outer)
                .append(INDENT)
                .append(head)
                .append('\n')
                .append(inner)
                .append(INDENT)
                .append("END IF;\n");
    }

    private void add(String statement) {
        text.append(statement.indent(INDENT.length()));
    }

    private String deletedRow(String tenancy) {
        return "INSERT INTO dbsync.\"DeletedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\", \"data\")\n"
                + "VALUES (OLD." + quote(tenancy) + ", " + literal(table) + ", " + object("OLD", roles.entryKey())
                + ", " + object("OLD", roles.tombstoneData()) + ");";
    }

    private static String changedRow(String table, String row, String tenancy, Map<String, String> key) {
        return "INSERT INTO dbsync.\"ChangedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\")\n" + "VALUES (" + row
                + "." + quote(tenancy) + ", " + literal(table) + ", " + object(row, key) + ");";
    }

    private static String pending(String expansion, String key) {
        return "INSERT INTO dbsync.\"PendingExpansion\" (\"expansion\", \"key\")\n" + "VALUES (" + literal(expansion)
                + ", " + key + ");";
    }

    /**
     * Whether any of the columns has another image in the new row. The cast makes it one comparison of records; without it
     * the operator would be looked for column by column, where it does not exist.
     */
    static String changed(Collection<String> columns) {
        return row("OLD", columns) + " *<> " + row("NEW", columns);
    }

    private static String row(String row, Collection<String> columns) {
        return columns.stream()
                .map(column -> row + "." + quote(column))
                .collect(Collectors.joining(", ", "ROW(", ")::record"));
    }

    private static String object(String row, Collection<String> columns) {
        return object(row, same(columns));
    }

    private static String object(String row, Map<String, String> columns) {
        var parts = new ArrayList<String>();
        columns.forEach((name, column) -> parts.add(literal(name) + ", " + row + "." + quote(column)));
        return "jsonb_build_object(" + String.join(", ", parts) + ")";
    }

    private static Map<String, String> same(Collection<String> columns) {
        var same = new LinkedHashMap<String, String>();
        columns.forEach(column -> same.put(column, column));
        return same;
    }

    /** A text as SQL, whatever {@code standard_conforming_strings} says. */
    static String literal(String value) {
        String quoted = "'" + value.replace("'", "''") + "'";
        return value.indexOf('\\') < 0 ? quoted : "E" + quoted.replace("\\", "\\\\");
    }
}
