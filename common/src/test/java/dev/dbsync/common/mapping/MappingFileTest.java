package dev.dbsync.common.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappingFileTest {

    private static final String ORDERS = """
            mapping: orders
            source:
              schema: shop
              table: orders
              key: [id]
              tenancy: {column: tenant_id}
            target:
              table: orders
            columns:
              - {name: id, type: bigint, key: true, source: id}
              - {name: tags, type: "text[]", source: tags}
            """;

    private static final String LOOKUP = """
            lookups:
              - {name: invoice, schema: shop, table: invoice, on: {order: id}, where: {kind: it's final}}
            """;

    @Test
    void readsAMapping() {
        Mapping orders = MappingFile.parse("orders.yaml", false, ORDERS);

        assertThat(orders.source()).isEqualTo(new TableName("shop", "orders"));
        assertThat(orders.keyColumns()).extracting(Mapping.Column::name).containsExactly("id");
        assertThat(orders.tombstoneColumns()).containsExactly("id");
        assertThat(orders.columns().get(1).type().postgres()).isEqualTo("text[]");
        assertThat(orders.columns().get(0).line()).isEqualTo(10);
    }

    @Test
    void namesFileAndLineOfWhatItDoesNotKnow() {
        assertRefused(ORDERS.replace("source: tags", "sauce: tags"), "orders.yaml:11: unknown key 'sauce'");
        assertRefused(ORDERS.replace("bigint", "int8"), "orders.yaml:10: unknown type 'int8'");
        assertRefused(ORDERS.replace("key: true, ", ""), "orders.yaml:9: no column is marked");
        assertRefused(
                ORDERS.replace("mapping: orders", "mapping: Orders!"), "orders.yaml:1: 'Orders!' is not a usable name");
        assertRefused(ORDERS.replace("tags, type", "id, type"), "orders.yaml:11: column 'id' is there twice");
        assertRefused(ORDERS.replace("source: id}", "sql: src.id}"), "must come from a 'source' column");
        assertRefused("mapping: [", "orders.yaml:1: not well-formed YAML");
        assertRefused("", "the file is empty");
    }

    @Test
    void aLookupIsADependencyToo() {
        Mapping orders = MappingFile.parse("orders.yaml", false, ORDERS.replace("target:", LOOKUP + "target:"));

        assertThat(orders.lookups().get(0).condition())
                .isEqualTo("\"invoice\".\"order\" = src.\"id\" AND \"invoice\".\"kind\" = 'it''s final'");
        assertThat(orders.tables()).contains(new TableName("shop", "invoice"));
        assertThat(orders.dependencies().get(0).on())
                .containsExactly(new Mapping.Dependency.On("order", new Mapping.Value.SourceColumn("id")));
        assertRefused(
                ORDERS.replace("target:", LOOKUP.replace("name: invoice", "name: src") + "target:"),
                "orders.yaml:8: 'src' is taken");
        assertRefused(
                ORDERS.replace("target:", LOOKUP.replace("{order: id}", "{}") + "target:"),
                "orders.yaml:8: needs at least one 'column of the lookup: column of the source'");
    }

    @Test
    void theHashChangesWithWhatTheTargetHoldsAndNotWithLines() {
        Mapping orders = MappingFile.parse("orders.yaml", false, ORDERS);

        assertThat(MappingFile.parse("orders.yaml", false, "# moved\n" + ORDERS).hash())
                .isEqualTo(orders.hash());
        assertThat(MappingFile.parse("orders.yaml", false, ORDERS.replace("tags, type", "labels, type"))
                        .hash())
                .isNotEqualTo(orders.hash());
    }

    @Test
    void aCatalogHoldsTheElevenBuiltInMappingsAndTheOperators(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("orders.yaml"), ORDERS);

        MappingCatalog catalog = MappingCatalog.load(Optional.of(directory));

        assertThat(catalog.ids()).hasSize(12).contains("users", "team_invitations", "orders");
        assertThat(catalog.sourceTables()).contains("ProjectUser", "shop.orders");
    }

    @Test
    void twoFilesCannotShareATargetTable(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("a.yaml"), ORDERS);
        Files.writeString(directory.resolve("b.yaml"), ORDERS.replace("mapping: orders", "mapping: others"));

        assertThatThrownBy(() -> MappingCatalog.load(Optional.of(directory)))
                .hasMessageContaining("b.yaml:1: target table 'orders' already belongs to mapping 'orders'");
    }

    private static void assertRefused(String text, String message) {
        assertThatThrownBy(() -> MappingFile.parse("orders.yaml", false, text))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining(message);
    }
}
