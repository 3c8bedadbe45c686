package dev.dbsync.sequencer.expand;

import static dev.dbsync.common.mapping.TableName.quote;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.Mapping.Dependency;
import dev.dbsync.common.mapping.Mapping.Tenancy;
import dev.dbsync.common.mapping.Mapping.Value;
import dev.dbsync.common.sql.Sql;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes every expansion that a set of mappings may need, whether or not capture has use for it. Pure. */
final class Expansions {

    /** The type of an expression over a mapping's rows, as SQL spells it. */
    interface TypeOf {
        String expression(Mapping mapping, Value value);
    }

    private final SourceKeys keys;
    private final TypeOf typeOf;
    private final Map<String, Expansion> byId = new LinkedHashMap<>();

    private Expansions(SourceKeys keys, TypeOf typeOf) {
        this.keys = keys;
        this.typeOf = typeOf;
    }

    /** @return by {@link ExpansionId} */
    static Map<String, Expansion> of(Collection<BoundMapping> mappings, TypeOf typeOf) {
        var expansions = new Expansions(SourceKeys.of(mappings), typeOf);
        mappings.forEach(expansions::add);
        return Map.copyOf(expansions.byId);
    }

    private void add(BoundMapping bound) {
        Mapping mapping = bound.mapping();
        List<String> key = keys.of(mapping.source());
        if (mapping.tenancy() instanceof Tenancy.Joined joined) {
            put(new Expansion.AtOnce(ExpansionId.row(mapping, key), row(bound, key)));
            put(new Expansion.AtOnce(ExpansionId.tombstone(mapping, key), tombstone(bound, joined)));
            put(tenancy(bound, joined, key));
        }
        for (Dependency dependency : mapping.dependencies()) {
            put(dependency(bound, dependency, key));
        }
    }

    private void put(Expansion expansion) {
        byId.put(expansion.id(), expansion);
    }

    /** The row as it is now; where it, or its tenancy, is not there (yet), somebody else's entry follows or has been. */
    private static Sql row(BoundMapping bound, List<String> key) {
        Mapping mapping = bound.mapping();
        String match = key.stream()
                .map(column -> "src." + quote(column) + " = "
                        + cast(
                                "wanted.\"key\" ->> " + literal(column),
                                bound.sourceTypes().get(column)))
                .collect(Collectors.joining(" AND "));
        return Sql.of("""
                WITH taken AS (
                    DELETE FROM dbsync."PendingExpansion" WHERE "id" = ANY (:ids) RETURNING "key", "changedAt"
                ), wanted AS (
                    SELECT "key", min("changedAt") AS changed_at FROM taken GROUP BY "key"
                )
                INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey", "changedAt")
                SELECT %s, %s, wanted."key", wanted.changed_at
                FROM %s
                JOIN wanted ON %s
                WHERE %s IS NOT NULL
                """.formatted(
                        mapping.tenancySql(),
                        literal(mapping.source().logName()),
                        mapping.fromClause(),
                        match,
                        mapping.tenancySql()));
    }

    /** For each tenancy that the row's join values lead to, or led to before that tenancy was deleted or renamed. */
    private static Sql tombstone(BoundMapping bound, Tenancy.Joined joined) {
        var now = new ArrayList<String>();
        var before = new ArrayList<String>();
        joined.join().forEach((source, column) -> {
            String value = "taken.\"key\" -> 'join' ->> " + literal(source);
            now.add("tenancy." + quote(column) + " = "
                    + cast(value, bound.sourceTypes().get(source)));
            before.add("former.\"data\" ->> " + literal(column) + " = " + value);
        });
        return Sql.of("""
                WITH taken AS (
                    DELETE FROM dbsync."PendingExpansion" WHERE "id" = ANY (:ids) RETURNING "key", "data", "changedAt"
                ), found AS (
                    SELECT tenancy.%1$s AS tenancy, taken.*
                    FROM taken
                    JOIN %2$s AS tenancy ON %3$s
                    UNION
                    SELECT former."tenancyId", taken.*
                    FROM taken
                    JOIN dbsync."DeletedRow" AS former ON former."tableName" = %4$s AND %5$s
                )
                INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data", "deletedAt")
                SELECT tenancy, %6$s, "key" -> 'primaryKey', "data", "changedAt"
                FROM found
                WHERE tenancy IS NOT NULL
                """.formatted(
                        quote(joined.id()),
                        joined.table().quoted(),
                        String.join(" AND ", now),
                        literal(joined.table().logName()),
                        String.join(" AND ", before),
                        literal(bound.mapping().source().logName())));
    }

    /** Every row that the tenancy's join values lead to belongs to it, or did. */
    private static Expansion tenancy(BoundMapping bound, Tenancy.Joined joined, List<String> key) {
        var conditions = new ArrayList<String>();
        joined.join()
                .forEach((source, column) -> conditions.add("src." + quote(source) + " = "
                        + cast(ofKey(column), bound.sourceTypes().get(source))));
        return paged(
                ExpansionId.tenancy(bound.mapping(), joined, key),
                bound,
                key,
                cast(ofKey(joined.id()), "uuid"),
                bound.mapping().source().quoted() + " AS src",
                conditions);
    }

    private Expansion dependency(BoundMapping bound, Dependency dependency, List<String> key) {
        Mapping mapping = bound.mapping();
        var conditions = new ArrayList<String>();
        for (Dependency.On on : dependency.on()) {
            conditions.add(
                    on.source().asSql() + " = " + cast(ofKey(on.column()), typeOf.expression(mapping, on.source())));
        }
        return paged(
                ExpansionId.dependency(mapping, dependency, key),
                bound,
                key,
                mapping.tenancySql(),
                mapping.fromClause(),
                conditions);
    }

    private static Expansion paged(
            String id, BoundMapping bound, List<String> key, String tenancy, String from, List<String> conditions) {
        String columns = key.stream().map(column -> "src." + quote(column)).collect(Collectors.joining(", "));
        String cursor = key.stream()
                .map(column -> cast(
                        "CAST(:cursor AS jsonb) ->> " + literal(column),
                        bound.sourceTypes().get(column)))
                .collect(Collectors.joining(", "));
        String first = page(bound, key, columns, tenancy, from, String.join(" AND ", conditions));
        var behind = new ArrayList<>(conditions);
        behind.add("(" + columns + ") > (" + cursor + ")");
        String next = page(bound, key, columns, tenancy, from, String.join(" AND ", behind));
        return new Expansion.Paged(id, Sql.of(first), Sql.of(next));
    }

    private static String page(
            BoundMapping bound, List<String> key, String columns, String tenancy, String from, String condition) {
        String object = key.stream()
                .map(column -> literal(column) + ", src." + quote(column))
                .collect(Collectors.joining(", ", "jsonb_build_object(", ")"));
        return """
                WITH page AS (
                    SELECT %1$s AS tenancy, %2$s AS key, row_number() OVER (ORDER BY %3$s) AS place
                    FROM %4$s
                    WHERE %5$s
                    ORDER BY %3$s
                    LIMIT :page
                ), logged AS (
                    INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey", "changedAt")
                    SELECT tenancy, %6$s, key, (SELECT "changedAt" FROM dbsync."PendingExpansion" WHERE "id" = :id)
                    FROM page
                    WHERE tenancy IS NOT NULL
                )
                SELECT place AS rows, key::text AS last FROM page ORDER BY place DESC LIMIT 1
                """.formatted(
                        tenancy,
                        object,
                        columns,
                        from,
                        condition,
                        literal(bound.mapping().source().logName()));
    }

    private static String ofKey(String column) {
        return "CAST(:key AS jsonb) ->> " + literal(column);
    }

    private static String cast(String sql, String type) {
        return "CAST(" + sql + " AS " + type + ")";
    }

    private static String literal(String value) {
        String quoted = "'" + value.replace("'", "''") + "'";
        return value.indexOf('\\') < 0 ? quoted : "E" + quoted.replace("\\", "\\\\");
    }
}
