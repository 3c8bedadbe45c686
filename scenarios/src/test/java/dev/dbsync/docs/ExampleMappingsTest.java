package dev.dbsync.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.common.mapping.MappingBinder;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The mappings that the documentation shows are mappings. */
class ExampleMappingsTest {

    private static final Path DOCS = Service.root().resolve("docs");

    @Test
    void theExamplesFitTheirTablesAndLackNoIndex() throws Exception {
        try (var database = PostgresServer.shared().createDatabase("examples")) {
            database.execute(Files.readString(DOCS.resolve("examples/tables.sql")));

            var catalog = MappingCatalog.load(Optional.of(DOCS.resolve("examples/mappings")));
            try (var connection = database.connect()) {
                MappingBinder.Bound bound = MappingBinder.bind(catalog, connection);

                assertThat(bound.catalog().ids()).containsExactly("order_lines", "orders");
                assertThat(bound.advice()).isEmpty();
            }
        }
    }

    @Test
    void theReadmeShowsTheExamplesAsTheyAre() throws Exception {
        String readme = Files.readString(Service.root().resolve("README.md"));

        assertThat(readme)
                .contains(Files.readString(DOCS.resolve("examples/mappings/orders.yaml")))
                .contains(Files.readString(DOCS.resolve("examples/mappings/order_lines.yaml")));
    }
}
