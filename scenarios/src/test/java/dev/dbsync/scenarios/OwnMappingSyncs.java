package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.Service;
import dev.dbsync.harness.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An operator's own tables, by two files in {@code own-mappings} and no Java. */
class OwnMappingSyncs {

    /** For each type the column and its values, as PostgreSQL reads them: the ordinary, the least, the most and the odd. */
    private static final Map<String, List<String>> VALUES = Map.ofEntries(
            Map.entry("uuid", List.of("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")),
            Map.entry("text", List.of("", "O'Neil \\ \"x\" {a,b}", "\uD83D\uDE80\n\t\u0001", "NULL")),
            Map.entry("boolean", List.of("true", "false")),
            Map.entry("integer", List.of("-2147483648", "0", "2147483647")),
            Map.entry("bigint", List.of("-9223372036854775808", "9223372036854775807")),
            Map.entry(
                    "double", List.of("0.1", "-0", "1e-300", "1.7976931348623157e308", "NaN", "Infinity", "-Infinity")),
            Map.entry(
                    "numeric", List.of("0", "1.10", "-12345678901234567890123456789.000000000000000000000001", "NaN")),
            Map.entry("date", List.of("2024-02-29", "4713-01-01 BC", "5874897-12-31", "infinity", "-infinity")),
            Map.entry(
                    "timestamptz",
                    List.of("2026-03-29 02:30:00.000001+01", "0044-03-15 12:00:00+00 BC", "infinity", "-infinity")),
            Map.entry(
                    "timestamp",
                    List.of("2026-03-29 02:30:00.999999", "0044-03-15 12:00:00 BC", "infinity", "-infinity")),
            Map.entry(
                    "jsonb",
                    List.of("null", "[]", "{\"a\": 1.10, \"b\": [null, \"\\\\ \\\" \uD83D\uDE80\"]}", "\"text\"")),
            Map.entry("bytea", List.of("\\x", "\\x00ff5c27")));

    @RegisterExtension
    static final Installation installation =
            Installation.with(builder -> builder.prepare(database -> database.execute(Oracle.resource("../shop.sql")))
                    .environment(
                            "DBSYNC_MAPPINGS_DIRECTORY",
                            Service.root()
                                    .resolve("scenarios/src/test/resources/dev/dbsync/scenarios/own-mappings")
                                    .toString()));

    private static long lastId;

    private final UUID tenant = UUID.randomUUID();
    private final long order = ++lastId;
    private TestDatabase target;

    @BeforeEach
    void order() {
        execute(
                "INSERT INTO shop.orders VALUES (?, ?, 'A-1', '2026-02-28', '{\"with, comma\",NULL,\"quo\\\"te\"}')",
                order,
                tenant);
        execute(
                "INSERT INTO shop.order_lines VALUES (?, 1, 'Chair', 2, 49.90), (?, 2, 'Table', 1, 0.000000001)",
                order,
                order);
        target = installation.target();
        installation
                .admin()
                .connect(
                        tenant, "main", target.connectionString(), Map.of("mappings", List.of("orders", "order_lines")))
                .expectSuccess();
        awaitEqual();
    }

    @Test
    void withTheRowsThatWereThere() {
        assertThat(target.query(
                        "SELECT number, ordered_on::text AS day, tags::text AS tags, total::text AS total FROM orders"))
                .isEqualTo(List.of(Map.of(
                        "number", "A-1",
                        "day", "2026-02-28",
                        "tags", "{\"with, comma\",NULL,\"quo\\\"te\"}",
                        "total", "99.800000001")));
        assertThat(target.queryLong("SELECT count(*) FROM order_lines WHERE order_number = 'A-1'"))
                .isEqualTo(2);
    }

    @Test
    void withALineThatComesChangesAndGoes() {
        execute("INSERT INTO shop.order_lines VALUES (?, 3, 'Lamp', 1, 5)", order);
        awaitEqual();
        assertThat(total()).isEqualTo("104.800000001");

        execute("UPDATE shop.order_lines SET quantity = 10 WHERE order_id = ? AND line = 3", order);
        awaitEqual();
        assertThat(total()).isEqualTo("149.800000001");

        execute("DELETE FROM shop.order_lines WHERE order_id = ? AND line <> 1", order);
        awaitEqual();
        assertThat(total()).isEqualTo("99.80");
        assertThat(target.queryText("SELECT string_agg(article, ',') FROM order_lines"))
                .isEqualTo("Chair");
    }

    @Test
    void withAnOrdersNumberInItsLines() {
        execute("UPDATE shop.orders SET number = 'B-2' WHERE id = ?", order);

        awaitEqual();
        assertThat(target.queryText("SELECT DISTINCT order_number FROM order_lines"))
                .isEqualTo("B-2");
    }

    @Test
    void withAFilterThatStopsAndBeginsToMatch() {
        execute("UPDATE shop.orders SET draft = true WHERE id = ?", order);
        awaitEqual();
        assertThat(target.queryLong("SELECT count(*) FROM orders")).isZero();

        execute("UPDATE shop.orders SET draft = false WHERE id = ?", order);
        awaitEqual();
        assertThat(target.queryLong("SELECT count(*) FROM orders")).isOne();
    }

    @Test
    void withTheEndOfAnOrder() {
        execute("DELETE FROM shop.orders WHERE id = ?", order);

        awaitEqual();
        assertThat(target.queryLong("SELECT count(*) FROM orders")).isZero();
        assertThat(target.queryLong("SELECT count(*) FROM order_lines")).isZero();
    }

    @Test
    void withAnOrderThatGoesToAnotherTenant() {
        UUID other = UUID.randomUUID();
        TestDatabase otherTarget = installation.target();
        installation
                .admin()
                .connect(
                        other,
                        "main",
                        otherTarget.connectionString(),
                        Map.of("mappings", List.of("orders", "order_lines")))
                .expectSuccess();
        Eventually.holds(() -> assertEqual(other, otherTarget));

        execute("UPDATE shop.orders SET tenant_id = ? WHERE id = ?", other, order);

        awaitEqual();
        Eventually.holds(() -> assertEqual(other, otherTarget));
        assertThat(target.queryLong("SELECT count(*) FROM order_lines")).isZero();
        assertThat(otherTarget.queryLong("SELECT count(*) FROM order_lines")).isEqualTo(2);
    }

    @Test
    void withEveryTypeThereIs() {
        VALUES.forEach((type, values) -> {
            for (String value : values) {
                execute(
                        "INSERT INTO shop.every_type (id, tenant_id, a_%1$s, some_%1$s) VALUES (?, ?, ?::%2$s, ARRAY [?, NULL, ?]::%2$s[])"
                                .formatted(type, type.equals("double") ? "float8" : type),
                        ++lastId,
                        tenant,
                        value,
                        value,
                        value);
            }
        });
        execute(
                "INSERT INTO shop.every_type (id, tenant_id, some_integer, some_text) VALUES (?, ?, '{}', '{{a,b},{c,NULL}}')",
                ++lastId,
                tenant);
        TestDatabase copied = installation.target();
        TestDatabase followed = installation.target();
        for (TestDatabase each : List.of(copied, followed)) {
            installation
                    .admin()
                    .connect(tenant, each.name(), each.connectionString(), Map.of("mappings", List.of("every_type")))
                    .expectSuccess();
            Eventually.holds(() -> assertEveryTypeEqual(each));
        }

        execute("UPDATE shop.every_type SET tenant_id = ? WHERE tenant_id = ?", UUID.randomUUID(), tenant);
        Eventually.holds(() -> assertThat(followed.queryLong("SELECT count(*) FROM every_type"))
                .isZero());
        execute("UPDATE shop.every_type SET tenant_id = ?", tenant);

        Eventually.holds(() -> assertEveryTypeEqual(copied));
        Eventually.holds(() -> assertEveryTypeEqual(followed));
        assertThat(followed.queryLong("SELECT count(*) FROM every_type")).isGreaterThan(40);
    }

    private void assertEveryTypeEqual(TestDatabase each) {
        String columns = VALUES.keySet().stream()
                .sorted()
                .map(type -> "a_" + type + ", some_" + type)
                .collect(Collectors.joining(", "));
        assertThat(lines(each, "SELECT ROW (id, " + columns + ")::text AS line FROM every_type ORDER BY id"))
                .isEqualTo(lines(
                        installation.internal(),
                        "SELECT ROW (id, " + columns
                                + ")::text AS line FROM shop.every_type WHERE tenant_id = ? ORDER BY id",
                        tenant));
    }

    private String total() {
        return target.queryText("SELECT total FROM orders");
    }

    private void awaitEqual() {
        Eventually.holds(() -> assertEqual(tenant, target));
    }

    private static void assertEqual(UUID tenant, TestDatabase target) {
        assertThat(lines(target, "SELECT to_jsonb(o)::text AS line FROM orders AS o ORDER BY id"))
                .isEqualTo(lines(installation.internal(), """
                        SELECT jsonb_build_object('id', id, 'number', number, 'ordered_on', ordered_on, 'tags', tags, 'total',
                            (SELECT coalesce(sum(quantity * price), 0) FROM shop.order_lines WHERE order_id = id))::text AS line
                        FROM shop.orders WHERE tenant_id = ? AND NOT draft ORDER BY id
                        """, tenant));
        assertThat(lines(target, "SELECT to_jsonb(l)::text AS line FROM order_lines AS l ORDER BY order_id, line"))
                .isEqualTo(lines(installation.internal(), """
                        SELECT jsonb_build_object('order_id', order_id, 'line', line, 'order_number', number, 'article', article,
                            'quantity', quantity, 'price', price)::text AS line
                        FROM shop.order_lines JOIN shop.orders ON id = order_id WHERE tenant_id = ? ORDER BY order_id, order_lines.line
                        """, tenant));
    }

    private static List<Object> lines(TestDatabase database, String sql, Object... parameters) {
        return database.query(sql, parameters).stream()
                .map(row -> row.get("line"))
                .toList();
    }

    private static void execute(String sql, Object... parameters) {
        installation.internal().update(sql, parameters);
    }
}
