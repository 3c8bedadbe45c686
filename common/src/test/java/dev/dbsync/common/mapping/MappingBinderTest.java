package dev.dbsync.common.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dbsync.common.mapping.MappingBinder.Bound;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MappingBinderTest {

    private static final String ORDERS = """
            mapping: orders
            source:
              schema: shop
              table: orders
              key: [id]
              tenancy: {column: tenant}
            target:
              table: orders
            filter: src.total >= 0
            columns:
              - {name: id, type: bigint, key: true, source: id}
              - {name: total, type: numeric, sql: src.total}
            """;

    private static TestDatabase database;

    @BeforeAll
    static void createTables() throws SQLException {
        database = PostgresServer.shared().createDatabase("binder");
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, tenant uuid, total numeric NOT NULL, note text)");
    }

    @AfterAll
    static void drop() throws SQLException {
        database.close();
    }

    @Test
    void bindsWhatIsThereAndAdvisesTheMissingIndex() throws SQLException {
        Bound bound = bind(ORDERS);

        assertThat(bound.active())
                .singleElement()
                .satisfies(orders -> assertThat(orders.keyTypes()).containsExactly("bigint"));
        assertThat(bound.advice()).isEmpty();
        assertThat(bind(ORDERS.replace("key: true, source: id", "source: id")
                                .replace(
                                        "total, type: numeric, sql: src.total",
                                        "total, type: numeric, key: true, source: total"))
                        .advice())
                .singleElement()
                .asString()
                .contains("CREATE INDEX CONCURRENTLY ON \"shop\".\"orders\" (\"tenant\", \"total\")");
    }

    @Test
    void leavesOutABuiltInMappingWhoseTableIsNotThere() throws SQLException {
        Mapping users = MappingFile.parse(
                "built-in users.yaml", true, ORDERS.replace("table: orders\n  key", "table: gone\n  key"));

        Bound bound = bind(users);

        assertThat(bound.active()).isEmpty();
        assertThat(bound.leftOut()).singleElement().asString().contains("no table shop.gone");
    }

    @Test
    void stopsWithFileAndLineAtWhatTheDatabaseDoesNotHave() {
        assertRefused(
                ORDERS.replace("source: id}", "source: number}"),
                "orders.yaml:11: table shop.orders has no column 'number' (has: id, tenant, total, note)");
        assertRefused(
                ORDERS.replace("sql: src.total", "sql: src.totl"),
                "orders.yaml:12: column 'total' is not valid over shop.orders: column src.totl does not exist");
        assertRefused(
                ORDERS.replace("sql: src.total", "sql: src.tenant"),
                "orders.yaml:12: column 'total' is not valid over shop.orders: cannot cast type uuid to numeric");
        assertRefused(ORDERS.replace("src.total >= 0", "src.total >="), "orders.yaml:9: filter is not valid");
        assertRefused(
                ORDERS.replace("{column: tenant}", "{column: note}"),
                "orders.yaml:4: tenancy column 'note' of shop.orders is text; it must be uuid");
        assertRefused(ORDERS.replace("key: [id]", "key: [note]"), "key column 'note' of shop.orders may be null");
    }

    @Test
    void knowsWhichLookupsFindOneRowAtMost() throws SQLException {
        String lookups = """
            lookups:
              - {name: invoice, schema: shop, table: invoice, on: {tenant: tenant, order_id: id}, where: {kind: final}}
            target:""";
        String mapping =
                ORDERS.replace("target:", lookups.stripTrailing()).replace("sql: src.total", "sql: invoice.total");
        String create = "CREATE TABLE shop.invoice (tenant uuid, order_id %s, kind text, total numeric)";
        database.execute(create.formatted("bigint"));
        assertThat(bind(mapping).active().get(0).uniqueLookups()).isEmpty();

        database.execute("CREATE UNIQUE INDEX ON shop.invoice (order_id, kind) WHERE total > 0");
        assertThat(bind(mapping).active().get(0).uniqueLookups())
                .as("only of some rows")
                .isEmpty();

        database.execute("CREATE UNIQUE INDEX ON shop.invoice (order_id, kind)");
        assertThat(bind(mapping).active().get(0).uniqueLookups()).containsExactly("invoice");
        assertThat(bind(mapping.replace(", where: {kind: final}", ""))
                        .active()
                        .get(0)
                        .uniqueLookups())
                .as("the kind is left open")
                .isEmpty();

        assertRefused(
                mapping.replace("kind: final", "sort: final"),
                "orders.yaml:8: table shop.invoice has no column 'sort' (has: tenant, order_id, kind, total)");
        assertRefused(
                mapping.replace("order_id: id}", "order_id: number}"),
                "orders.yaml:8: table shop.orders has no column 'number'");
        assertRefused(
                mapping.replace("order_id: id}", "order_id: note}"),
                "orders.yaml:8: lookup 'invoice' is not valid over shop.orders: operator does not exist: bigint = text");
        assertRefused(
                mapping.replace("filter: src.total", "filter: invoice.total"),
                "filter is not valid over shop.orders: missing FROM-clause entry for table \"invoice\"");

        database.execute(
                "DROP TABLE shop.invoice",
                create.formatted("integer"),
                "CREATE UNIQUE INDEX ON shop.invoice (order_id, kind)");
        assertThat(bind(mapping).active().get(0).uniqueLookups())
                .as("its types are others")
                .isEmpty();
    }

    private static void assertRefused(String text, String message) {
        assertThatThrownBy(() -> bind(text))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining(message);
    }

    private static Bound bind(String text) throws SQLException {
        return bind(MappingFile.parse("orders.yaml", false, text));
    }

    private static Bound bind(Mapping mapping) throws SQLException {
        try (Connection connection = database.connect()) {
            return MappingBinder.bind(MappingCatalog.of(List.of(mapping)), connection);
        }
    }
}
