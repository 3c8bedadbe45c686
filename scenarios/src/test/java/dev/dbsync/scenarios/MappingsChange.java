package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator edits a mapping file and starts the services anew; rows that were synced long ago follow it. */
@Tag("slow")
class MappingsChange {

    private static final Duration START = Duration.ofSeconds(60);

    private static final String SHOP = """
            CREATE SCHEMA shop;
            CREATE TABLE shop.article (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, name text NOT NULL, stock text NOT NULL,
                colour text, discontinued boolean NOT NULL DEFAULT false);
            CREATE INDEX ON shop.article (tenant_id, id)
            """;

    private static final String MAPPING = """
            mapping: articles
            source:
              schema: shop
              table: article
              key: [id]
              tenancy: {column: tenant_id}
            target:
              table: articles
            columns:
              - {name: id, type: bigint, key: true, source: id}
              - {name: name, type: text, not_null: true, source: name}
              - {name: stock, type: text, not_null: true, source: stock}
            """;

    private static final String COLOUR =
            "  - {name: colour, type: text, not_null: true, sql: \"coalesce(src.colour, 'none')\"}\n";

    private static final Path MAPPINGS = directory();

    @RegisterExtension
    static final Installation installation =
            Installation.with(builder -> builder.prepare(database -> database.execute(SHOP))
                    .environment("DBSYNC_MAPPINGS_DIRECTORY", MAPPINGS.toString()));

    private static long lastId;

    private final UUID tenant = UUID.randomUUID();
    private TestDatabase target;

    @BeforeEach
    void connect() {
        restartWith(MAPPING);
        for (int i = 0; i < 20; i++) {
            article("Chair", i % 2 == 0);
        }
        target = installation.target();
        installation
                .admin()
                .connect(tenant, "main", target.connectionString(), Map.of("mappings", List.of("articles")))
                .expectSuccess();
        Eventually.holds(() -> assertThat(count("true")).isEqualTo(20));
    }

    @Test
    void aColumnThatIsAddedGetsItsValueInOldRowsTooAndOneThatIsTakenAwayIsNoLongerDemanded() {
        restartWith(MAPPING + COLOUR);
        article("Table", false);

        Eventually.holds(() -> {
            assertThat(count("colour = 'red'")).isEqualTo(10);
            assertThat(count("colour = 'none'")).isEqualTo(11);
        });
        Eventually.holds(() -> assertThat(
                        target.queryText(
                                "SELECT is_nullable FROM information_schema.columns WHERE table_name = 'articles' AND column_name = 'colour'"))
                .isEqualTo("NO"));

        restartWith(MAPPING);
        article("Lamp", true);

        // The column itself stays: views of the tenant's may hang on it.
        Eventually.holds(
                () -> assertThat(count("name = 'Lamp' AND colour IS NULL")).isOne());
        assertThat(count("true")).isEqualTo(22);
    }

    @Test
    void aFilterThatIsAddedRemovesOldRowsAndWithoutItTheyAreBack() {
        restartWith(MAPPING + "filter: NOT src.discontinued\n");
        article("Table", true);

        Eventually.holds(() -> assertThat(count("true")).isEqualTo(11));
        assertThat(count("name = 'Table'")).isOne();

        restartWith(MAPPING);
        article("Lamp", true);

        Eventually.holds(() -> assertThat(count("true")).isEqualTo(22));
    }

    @Test
    void aTypeThatChangesIsAnotherTypeInTheTargetToo() {
        restartWith(MAPPING.replace("name: stock, type: text", "name: stock, type: integer")
                .replace("source: stock}", "sql: src.stock::integer}"));
        article("Table", true);

        Eventually.holds(() -> assertThat(count("stock + 1 = 8")).isEqualTo(21));
    }

    private long count(String condition) {
        return target.queryLong("SELECT count(*) FROM articles WHERE " + condition);
    }

    private void article(String name, boolean coloured) {
        execute(
                "INSERT INTO shop.article (id, tenant_id, name, stock, colour, discontinued) VALUES (?, ?, ?, '7', ?, ?)",
                ++lastId,
                tenant,
                name,
                coloured ? "red" : null,
                !coloured);
    }

    private static void execute(String sql, Object... parameters) {
        installation.internal().update(sql, parameters);
    }

    private static void restartWith(String mapping) {
        List<ServiceProcess> services = installation.stack().all().toList();
        services.forEach(ServiceProcess::requestEnd);
        services.forEach(service -> assertThat(service.terminate()).isTrue());
        write(MAPPINGS, mapping);
        services.forEach(ServiceProcess::start);
        services.forEach(service -> service.awaitReady(START));
    }

    private static Path directory() {
        try {
            Path directory = Files.createTempDirectory("dbsync-mappings-");
            write(directory, MAPPING);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path directory, String mapping) {
        try {
            Files.writeString(directory.resolve("articles.yaml"), mapping);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
