package dev.dbsync.engine.sync;

import static dev.dbsync.common.mapping.TableName.quote;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.Mapping.Column;
import dev.dbsync.common.mapping.Mapping.Lookup;
import dev.dbsync.common.mapping.Mapping.Value;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.target.RowText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statements that read one mapping's rows from the internal database. Every value travels as text, in the types' own
 * output form, so that nothing is lost on the way and no type needs code of its own. Immutable and thread-safe.
 *
 * <p>Result columns: {@code k0…} the row's key (source key when copying, target key when following), {@code tenancy}, and
 * {@code c0…} the target's columns in order. Pages are cut at {@code :bytes} after at least one row.
 */
final class SourceQueries {

    private static final Set<String> INTEGERS = Set.of("smallint", "integer");

    private final Mapping mapping;
    private final List<String> keyTypes;
    private final BoundMapping bound;

    SourceQueries(BoundMapping bound) {
        this.bound = bound;
        this.mapping = bound.mapping();
        this.keyTypes = bound.keyTypes();
    }

    /**
     * A page of the log behind a watermark, resolved against the source in one snapshot (invariant 5): each target key that an
     * entry touches, with the live, matching row that has it, or none. A key without a row is to be deleted.
     *
     * <p>Parameters: {@code :tenancy, :table, :watermark, :rows, :bytes}. The first row holds
     * {@code last_entry} and the number of {@code entries} even if no key is touched; {@code first_id} is the id of the first
     * entry that touches the key. {@code last_epoch} and {@code epoch} are the epochs these two were given in; {@code age} is how long
     * ago, in seconds of this database's clock, the key was first changed.
     */
    Sql follow() {
        List<String> targetKey = names("t", mapping.keyColumns().size());
        String touchedKeys = String.join(", ", targetKey);
        String fromRow = numbered(
                mapping.keyColumns(),
                (i, c) -> "src." + quote(sourceOf(c)) + "::" + c.type().postgres() + " AS t" + i);
        String fromTombstone = numbered(
                mapping.keyColumns(),
                (i, c) -> "(e.data ->> " + literal(sourceOf(c)) + ")::" + sourceTypeOf(c) + "::"
                        + c.type().postgres() + " AS t" + i);
        String byEntryKey = IntStream.range(0, mapping.key().size())
                .mapToObj(i -> "src." + quote(mapping.key().get(i)) + " = (e.pk ->> "
                        + literal(mapping.key().get(i)) + ")::" + keyTypes.get(i))
                .collect(Collectors.joining(" AND "));
        String byTargetKey = IntStream.range(0, mapping.keyColumns().size())
                .mapToObj(i -> matches(mapping.keyColumns().get(i), "touched.t" + i))
                .collect(Collectors.joining(" AND "));
        String sourceOrder = mapping.key().stream().map(k -> "src." + quote(k)).collect(Collectors.joining(", "));
        return Sql.of("""
                WITH present AS MATERIALIZED (
                    SELECT e."epoch", e."firstSequenceId"
                    FROM dbsync."SequencerState" AS s JOIN dbsync."SequenceEpoch" AS e ON e."epoch" = s."epoch"
                ), entry AS MATERIALIZED (
                    (SELECT c."sequenceId" AS id, c."primaryKey" AS pk, NULL::jsonb AS data, c."changedAt" AS since
                     FROM dbsync."ChangedRow" AS c
                     WHERE c."tenancyId" = :tenancy AND c."tableName" = :table AND c."sequenceId" > :watermark
                     ORDER BY c."sequenceId" LIMIT :rows)
                    UNION ALL
                    (SELECT d."sequenceId", d."primaryKey", d."data", d."deletedAt"
                     FROM dbsync."DeletedRow" AS d
                     WHERE d."tenancyId" = :tenancy AND d."tableName" = :table AND d."sequenceId" > :watermark
                     ORDER BY d."sequenceId" LIMIT :rows)
                    ORDER BY id LIMIT :rows
                ), touched AS MATERIALIZED (
                    SELECT min(k.id) AS first_id, min(k.since) AS since, %1$s
                    FROM (
                        SELECT e.id, e.since, %2$s FROM entry AS e JOIN %3$s AS src ON %4$s WHERE e.data IS NULL
                        UNION ALL
                        SELECT e.id, e.since, %5$s FROM entry AS e WHERE e.data IS NOT NULL
                    ) AS k
                    GROUP BY %1$s
                ), live AS (
                    SELECT DISTINCT ON (touched.first_id) touched.first_id, %6$s AS tenancy, %7$s
                    FROM %9$s JOIN touched ON %8$s
                    WHERE %6$s = :tenancy AND (%10$s)
                    ORDER BY touched.first_id, %11$s
                ), resolved AS (
                    SELECT touched.first_id, touched.since, %12$s, live.tenancy, %13$s,
                           sum(%14$s) OVER (ORDER BY touched.first_id ROWS UNBOUNDED PRECEDING) - (%14$s) AS bytes_before
                    FROM touched LEFT JOIN live ON live.first_id = touched.first_id
                )
                SELECT page.last_entry, page.entries, page.keys, %15$s AS last_epoch, %16$s AS epoch,
                       extract(epoch FROM clock_timestamp() - r.since)::double precision AS age, r.*
                FROM (SELECT max(id) AS last_entry, count(*) AS entries, (SELECT count(*) FROM touched) AS keys FROM entry) AS page
                LEFT JOIN present ON true
                LEFT JOIN resolved AS r ON r.bytes_before < :bytes
                ORDER BY r.first_id
                """.formatted(
                        touchedKeys,
                        fromRow,
                        mapping.source().quoted(),
                        byEntryKey,
                        fromTombstone,
                        mapping.tenancySql(),
                        columns(),
                        byTargetKey,
                        bound.rowsClause(),
                        filter(),
                        sourceOrder,
                        numbered(mapping.keyColumns(), (i, c) -> "touched.t" + i + "::text AS k" + i),
                        numbered(mapping.columns(), (i, c) -> "live.c" + i),
                        size("live."),
                        epochOf("page.last_entry"),
                        epochOf("r.first_id")));
    }

    /** The epoch an id was given in, which is nearly always the present one. */
    private static String epochOf(String id) {
        return "CASE WHEN " + id + " >= present.\"firstSequenceId\" THEN present.\"epoch\" ELSE (SELECT e.\"epoch\""
                + " FROM dbsync.\"SequenceEpoch\" AS e WHERE e.\"firstSequenceId\" <= " + id
                + " ORDER BY e.\"ordinal\" DESC LIMIT 1) END";
    }

    /**
     * A page of the table in source key order, behind a cursor.
     *
     * <p>Parameters: {@code :tenancy, :rows, :bytes}, and {@code :key0…} where {@code behindCursor}.
     */
    Sql copy(boolean behindCursor) {
        String order = mapping.key().stream().map(k -> "src." + quote(k)).collect(Collectors.joining(", "));
        String cursor = IntStream.range(0, mapping.key().size())
                .mapToObj(i -> ":key" + i + "::" + keyTypes.get(i))
                .collect(Collectors.joining(", "));
        String behind = behindCursor ? " AND (" + order + ") > (" + cursor + ")" : "";
        return Sql.of("""
                SELECT page.*
                FROM (
                    SELECT r.*, sum(%1$s) OVER (ORDER BY r.n ROWS UNBOUNDED PRECEDING) - (%1$s) AS bytes_before, count(*) OVER () AS rows
                    FROM (
                        SELECT row_number() OVER (ORDER BY %2$s) AS n, %3$s, %4$s AS tenancy, %5$s
                        FROM %6$s
                        WHERE %4$s = :tenancy AND (%7$s)%8$s
                        ORDER BY %2$s
                        LIMIT :rows
                    ) AS r
                ) AS page
                WHERE page.bytes_before < :bytes
                ORDER BY page.n
                """.formatted(
                        size("r."),
                        order,
                        numbered(mapping.key(), (i, k) -> "src." + quote(k) + "::text AS k" + i),
                        mapping.tenancySql(),
                        columns(),
                        bound.rowsClause(),
                        filter(),
                        behind));
    }

    /**
     * The key that is {@code :skip} rows behind a cursor, and the one after it; none and no more if there are not so many rows. Rows
     * count whether they pass the filter or not.
     *
     * <p>Parameters: {@code :tenancy, :skip}, and {@code :key0…}, from {@link #firstOfRange()} on, where {@code behindCursor}.
     */
    Sql keyAhead(boolean behindCursor) {
        String behind = behindCursor
                ? " AND " + range(">", column -> "src." + quote(column), i -> ":key" + i + "::" + keyTypes.get(i))
                : "";
        return Sql.of("""
                SELECT %1$s
                FROM %2$s
                WHERE %3$s = :tenancy%4$s
                ORDER BY %5$s
                OFFSET :skip LIMIT 2
                """.formatted(
                        numbered(mapping.key(), (i, k) -> "src." + quote(k) + "::text AS k" + i),
                        mapping.fromClause(),
                        mapping.tenancySql(),
                        behind,
                        order()));
    }

    /**
     * A stretch of the table in source key order, in binary form: the tenancy, then the target's columns. {@code COPY} takes no
     * parameters, so values are literals that the caller has made.
     *
     * @param after literals of the key it begins behind; empty: from the beginning
     * @param through literals of the key it ends with; empty: to the end
     */
    String chunk(String tenancy, List<String> after, List<String> through) {
        String bounds = bounds(after, through, column -> "src." + quote(column));
        return """
                COPY (
                    SELECT %1$s::uuid, %2$s
                    FROM %3$s
                    WHERE %1$s = %4$s::uuid AND (%5$s)%6$s
                    ORDER BY %7$s
                ) TO STDOUT (FORMAT binary)""".formatted(
                        mapping.tenancySql(),
                        numbered(
                                mapping.columns(),
                                (i, c) -> c.value().asSql() + "::" + c.type().postgres()),
                        chunkRows(after, through),
                        tenancy,
                        filter(),
                        bounds,
                        order());
    }

    /**
     * A chunk's rows with their lookups. One that finds a single row at most is a plain join, so that PostgreSQL may read the other
     * table's stretch at once instead of looking for every row; the bounds are repeated for it, since no planner takes them over.
     */
    private String chunkRows(List<String> after, List<String> through) {
        if (!mapping.lookups().stream().allMatch(bound::isUnique)) {
            return bound.rowsClause();
        }
        var from = new StringBuilder(mapping.fromClause());
        for (Lookup lookup : mapping.lookups()) {
            Map<String, String> lookedUp = lookup.on().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey, (one, other) -> one));
            boolean bounded = lookedUp.keySet()
                    .containsAll(
                            mapping.key().subList(firstOfRange(), mapping.key().size()));
            from.append(" LEFT JOIN ")
                    .append(lookup.table().quoted())
                    .append(" AS ")
                    .append(quote(lookup.name()))
                    .append(" ON ")
                    .append(lookup.condition())
                    .append(bounded ? bounds(after, through, column -> lookup.sql(lookedUp.get(column))) : "");
        }
        return from.toString();
    }

    private String bounds(List<String> after, List<String> through, UnaryOperator<String> column) {
        return (after.isEmpty() ? "" : " AND " + range(">", column, i -> after.get(i) + "::" + keyTypes.get(i)))
                + (through.isEmpty()
                        ? ""
                        : " AND " + range("<=", column, i -> through.get(i) + "::" + keyTypes.get(i)));
    }

    /**
     * Which keys are behind another. A tenancy that is the key's first column is the same for all of them, and left out:
     * the planner knows how many rows are in a range of one column, of a row of columns it does not.
     */
    private String range(String than, UnaryOperator<String> column, IntFunction<String> bound) {
        int first = firstOfRange();
        String columns = mapping.key().stream().skip(first).map(column).collect(Collectors.joining(", "));
        String bounds =
                IntStream.range(first, mapping.key().size()).mapToObj(bound).collect(Collectors.joining(", "));
        return "(" + columns + ") " + than + " (" + bounds + ")";
    }

    /** The key's first column that a range is of. */
    int firstOfRange() {
        boolean tenancyFirst = mapping.tenancy()
                .equals(new Mapping.Tenancy.OfColumn(mapping.key().get(0)));
        return tenancyFirst && mapping.key().size() > 1 ? 1 : 0;
    }

    private String order() {
        return mapping.key().stream().map(k -> "src." + quote(k)).collect(Collectors.joining(", "));
    }

    /**
     * Which of these target keys no live, matching row of the tenancy has.
     *
     * <p>Parameters: {@code :tenancy} and {@code :keys0…}, parallel arrays of text. Result: {@code n}, one-based positions.
     */
    Sql missing() {
        List<Column> key = mapping.keyColumns();
        String matches = IntStream.range(0, key.size())
                .mapToObj(i -> matches(key.get(i), "asked.k" + i))
                .collect(Collectors.joining(" AND "));
        return Sql.of("""
                SELECT asked.n
                FROM unnest(%1$s) WITH ORDINALITY AS asked (%2$s, n)
                WHERE NOT EXISTS (SELECT FROM %3$s WHERE %4$s AND %5$s = :tenancy AND (%6$s))
                ORDER BY asked.n
                """.formatted(
                        numbered(key, (i, c) -> ":keys" + i + "::text[]"),
                        String.join(", ", names("k", key.size())),
                        mapping.fromClause(),
                        matches,
                        mapping.tenancySql(),
                        filter()));
    }

    /**
     * The target key so many rows behind a cursor, or the one that the target names if that comes first, in the order of comparisons.
     *
     * <p>Parameters: {@code :tenancy, :skipped}; {@code :after0…} where {@code behind}; {@code :theirs0…} where {@code named}.
     * Result: {@code k0…}, or no row.
     */
    Sql boundary(boolean behind, boolean named) {
        List<Column> key = mapping.keyColumns();
        String theirs = named
                ? "UNION ALL SELECT %s WHERE %s"
                        .formatted(
                                numbered(key, (i, c) -> parameter("theirs", i, c) + " AS o" + i),
                                behind
                                        ? "(" + parameters("theirs", key) + ") > (" + parameters("after", key) + ")"
                                        : "true")
                : "";
        return Sql.of("""
                SELECT %1$s
                FROM (
                    (SELECT %2$s FROM %3$s WHERE %4$s = :tenancy AND (%5$s)%6$s ORDER BY %7$s OFFSET :skipped LIMIT 1)
                    %8$s
                ) AS b
                ORDER BY %9$s
                LIMIT 1
                """.formatted(
                        numbered(key, (i, c) -> "b.o" + i + "::text AS k" + i),
                        numbered(key, (i, c) -> comparable(c) + " AS o" + i),
                        mapping.fromClause(),
                        mapping.tenancySql(),
                        filter(),
                        behind ? " AND " + range(">", "after") : "",
                        comparable(key),
                        theirs,
                        numbered(key, (i, c) -> "b.o" + i + collation(c))));
    }

    /**
     * Sums of row hashes over a range of target keys, by bucket; the same as a target makes of its rows.
     *
     * <p>Parameters: {@code :tenancy, :salt, :shift}; {@code :after0…} and {@code :to0…} as far as the range has ends; {@code :picked_shift} and
     * {@code :picked} where only some buckets are looked into. Result: {@code bucket, rows, hash}.
     */
    Sql sums(boolean behind, boolean ended, boolean picked) {
        return Sql.of("SELECT (r.h >> :shift) AS bucket, count(*) AS rows, bit_xor(r.h) AS hash FROM ("
                + hashed(behind, ended) + ") AS r" + (picked ? PICKED : "") + " GROUP BY 1");
    }

    /** The rows of a range that fall into some buckets: {@code k0…, h}. Parameters as of {@link #sums}, without {@code :shift}. */
    Sql hashes(boolean behind, boolean ended) {
        return Sql.of("SELECT r.* FROM (" + hashed(behind, ended) + ") AS r" + PICKED);
    }

    private static final String PICKED = " WHERE (r.h >> :picked_shift) = ANY (:picked::bigint[])";

    private String hashed(boolean behind, boolean ended) {
        return "SELECT %s, %s AS h FROM %s WHERE %s = :tenancy AND (%s)%s%s"
                .formatted(
                        numbered(mapping.keyColumns(), (i, c) -> keyOf(c) + "::text AS k" + i),
                        hash(),
                        bound.rowsClause(),
                        mapping.tenancySql(),
                        filter(),
                        behind ? " AND " + range(">", "after") : "",
                        ended ? " AND " + range("<=", "to") : "");
    }

    /**
     * The hashes of the live, matching rows that have these target keys, by the keys' one-based numbers.
     *
     * <p>Parameters: {@code :tenancy, :salt} and {@code :keys0…}, parallel arrays of text. Result: {@code n, h}.
     */
    Sql hashesOf() {
        return Sql.of("SELECT r.n, r.h FROM (" + live(hash() + " AS h") + ") AS r");
    }

    /**
     * The live, matching rows that have these target keys, cut at {@code :bytes} after at least one row; {@code found} is how many there
     * are.
     *
     * <p>Parameters: {@code :tenancy, :bytes}, and {@code :keys0…} as of {@link #hashesOf()}. Result: {@code n, tenancy, c0…, found}, ordered by {@code n}.
     */
    Sql rowsOf() {
        return Sql.of("""
                SELECT page.*
                FROM (
                    SELECT r.*, count(*) OVER () AS found, sum(%1$s) OVER (ORDER BY r.n ROWS UNBOUNDED PRECEDING) - (%1$s) AS bytes_before
                    FROM (%2$s) AS r
                ) AS page
                WHERE page.bytes_before < :bytes
                ORDER BY page.n
                """.formatted(size("r."), live(columns())));
    }

    /** Where several rows have one target key the first in source key order is taken, as a page of the log does. */
    private String live(String selected) {
        List<Column> key = mapping.keyColumns();
        return "SELECT DISTINCT ON (asked.n) asked.n, %1$s AS tenancy, %2$s FROM %3$s JOIN %4$s ON %5$s WHERE %1$s = :tenancy AND (%6$s) ORDER BY asked.n, %7$s"
                .formatted(
                        mapping.tenancySql(),
                        selected,
                        bound.rowsClause(),
                        asked(),
                        askedFor(),
                        filter(),
                        mapping.key().stream().map(k -> "src." + quote(k)).collect(Collectors.joining(", ")));
    }

    /**
     * Fails if one of these could be no target key, of whatever row. Counted, so that every one is cast.
     *
     * <p>Parameters: {@code :keys0…}, parallel arrays of text. Result: nothing to look at.
     */
    Sql castKeys() {
        return Sql.of("SELECT "
                + numbered(
                        mapping.keyColumns(),
                        (i, c) -> "count(asked.k" + i + "::" + c.type().postgres() + ")")
                + " FROM " + asked());
    }

    private String asked() {
        return "unnest(%s) WITH ORDINALITY AS asked (%s, n)"
                .formatted(
                        numbered(mapping.keyColumns(), (i, c) -> ":keys" + i + "::text[]"),
                        String.join(", ", names("k", mapping.keyColumns().size())));
    }

    private String askedFor() {
        return IntStream.range(0, mapping.keyColumns().size())
                .mapToObj(i -> matches(mapping.keyColumns().get(i), "asked.k" + i))
                .collect(Collectors.joining(" AND "));
    }

    /**
     * Which of these target keys something is under way for: an entry of the log that is not sequenced, or not applied at this
     * watermark, touches them. Whatever this snapshot shows of any other key, a target at this watermark shows as well, unless
     * {@code expanding}: a change of a table that the mapping reads is not yet resolved to the rows it feeds.
     *
     * <p>Parameters: {@code :tenancy, :table, :watermark, :expansions} (what their names begin with), {@code :entries} and
     * {@code :keys0…}. Result: {@code crowded} (more entries than that; then no key is told), {@code expanding, n}; at least one row.
     */
    Sql inFlight() {
        String fromRow = numbered(
                mapping.keyColumns(),
                (i, c) -> "src." + quote(sourceOf(c)) + "::" + c.type().postgres() + " AS t" + i);
        String fromTombstone = numbered(
                mapping.keyColumns(),
                (i, c) -> "(e.data ->> " + literal(sourceOf(c)) + ")::" + sourceTypeOf(c) + "::"
                        + c.type().postgres() + " AS t" + i);
        String byEntryKey = IntStream.range(0, mapping.key().size())
                .mapToObj(i -> "src." + quote(mapping.key().get(i)) + " = (e.pk ->> "
                        + literal(mapping.key().get(i)) + ")::" + keyTypes.get(i))
                .collect(Collectors.joining(" AND "));
        String touchesAsked = IntStream.range(0, mapping.keyColumns().size())
                .mapToObj(i -> "touched.t" + i + " = asked.k" + i + "::"
                        + mapping.keyColumns().get(i).type().postgres())
                .collect(Collectors.joining(" AND "));
        return Sql.of(
                """
                WITH entry AS MATERIALIZED (
                    (SELECT c."primaryKey" AS pk, NULL::jsonb AS data
                     FROM dbsync."ChangedRow" AS c
                     WHERE c."tenancyId" = :tenancy AND c."tableName" = :table AND c."sequenceId" > :watermark
                     ORDER BY c."sequenceId" LIMIT :entries + 1)
                    UNION ALL
                    (SELECT d."primaryKey", d."data"
                     FROM dbsync."DeletedRow" AS d
                     WHERE d."tenancyId" = :tenancy AND d."tableName" = :table AND d."sequenceId" > :watermark
                     ORDER BY d."sequenceId" LIMIT :entries + 1)
                    UNION ALL
                    (SELECT c."primaryKey", NULL
                     FROM dbsync."ChangedRow" AS c
                     WHERE c."tenancyId" = :tenancy AND c."shouldUpdateSequenceId" AND c."tableName" = :table
                     ORDER BY c."id" LIMIT :entries + 1)
                    UNION ALL
                    (SELECT d."primaryKey", d."data"
                     FROM dbsync."DeletedRow" AS d
                     WHERE d."tenancyId" = :tenancy AND d."shouldUpdateSequenceId" AND d."tableName" = :table
                     ORDER BY d."id" LIMIT :entries + 1)
                ), touched AS (
                    SELECT %1$s FROM entry AS e JOIN %2$s AS src ON %3$s WHERE e.data IS NULL
                    UNION ALL
                    SELECT %4$s FROM entry AS e WHERE e.data IS NOT NULL
                )
                SELECT state.*, keys.n
                FROM (SELECT (SELECT count(*) FROM entry) > :entries AS crowded,
                             EXISTS (SELECT FROM dbsync."PendingExpansion" AS p WHERE starts_with(p."expansion", :expansions))
                                 AS expanding) AS state
                LEFT JOIN (SELECT DISTINCT asked.n FROM %5$s JOIN touched ON %6$s) AS keys ON NOT state.crowded
                """.formatted(fromRow, mapping.source().quoted(), byEntryKey, fromTombstone, asked(), touchesAsked));
    }

    private String hash() {
        return RowText.hash(
                ":salt::text",
                mapping.columns().stream()
                        .map(c -> c.value().asSql() + "::" + c.type().postgres())
                        .toList(),
                mapping.columns().stream().map(Column::type).toList());
    }

    private String range(String operator, String parameters) {
        return "(" + comparable(mapping.keyColumns()) + ") " + operator + " ("
                + parameters(parameters, mapping.keyColumns()) + ")";
    }

    private String parameters(String name, List<Column> key) {
        return numbered(key, (i, c) -> parameter(name, i, c));
    }

    private static String parameter(String name, int index, Column column) {
        return ":" + name + index + "::" + column.type().postgres() + collation(column);
    }

    private String comparable(List<Column> key) {
        return numbered(key, (i, c) -> comparable(c));
    }

    /** In an order that does not depend on the database's collation; by an index of the source's where it has that order. */
    private String comparable(Column column) {
        return keyOf(column) + collation(column);
    }

    private String keyOf(Column column) {
        String source = "src." + quote(sourceOf(column));
        return sourceTypeOf(column).equals(column.type().postgres())
                ? source
                : source + "::" + column.type().postgres();
    }

    private static String collation(Column column) {
        return column.type().isText() ? " COLLATE \"C\"" : "";
    }

    /**
     * A source row has this value in a target key's column, by the target type's equality: what the source's type takes for
     * one value (citext) may be two there, and the other way round. Where both types agree on it the source's index serves.
     */
    private String matches(Column column, String value) {
        String source = "src." + quote(sourceOf(column));
        String type = column.type().postgres();
        return agree(sourceTypeOf(column), type)
                ? source + " = " + value + "::" + type
                : source + "::" + type + "::text = " + value + "::text";
    }

    private static boolean agree(String sourceType, String targetType) {
        return sourceType.equals(targetType)
                || (targetType.equals("text") && sourceType.startsWith("character varying"))
                || (targetType.equals("bigint") && INTEGERS.contains(sourceType))
                || (targetType.equals("integer") && sourceType.equals("smallint"));
    }

    private String sourceTypeOf(Column keyColumn) {
        return bound.sourceTypes().get(sourceOf(keyColumn));
    }

    private String columns() {
        return numbered(
                mapping.columns(), (i, c) -> c.value().asSql() + "::" + c.type().postgres() + "::text AS c" + i);
    }

    private String filter() {
        return mapping.filter().map(Mapping.Filter::sql).orElse("true");
    }

    /** Bytes of a row's texts. */
    private String size(String alias) {
        return IntStream.range(0, mapping.columns().size())
                .mapToObj(i -> "coalesce(octet_length(" + alias + "c" + i + "), 0)")
                .collect(Collectors.joining(" + "));
    }

    private static String sourceOf(Column keyColumn) {
        return ((Value.SourceColumn) keyColumn.value()).column();
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private interface Numbered<T> {
        String text(int index, T item);
    }

    private static <T> String numbered(List<T> items, Numbered<T> text) {
        var parts = new ArrayList<String>();
        for (int i = 0; i < items.size(); i++) {
            parts.add(text.text(i, items.get(i)));
        }
        return String.join(", ", parts);
    }
}
