package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.Ports;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Secrets;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A service that was told too little or nonsense says so in one line, and ends. */
class BadSettingsStopTheStart {

    private static final Secrets SECRETS = Secrets.generate();
    private static final String MAPPING = """
            mapping: orders
            source:
              table: orders
              key: [id]
              tenancy: {column: tenant_id}
            target:
              table: orders
            columns:
              - {name: id, type: bigint, key: true, source: id}
              - {name: total, type: numeric, source: total}
            """;

    private static TestDatabase internal;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeADatabase() {
        internal = InternalDatabase.migrated(PostgresServer.shared());
        internal.execute("CREATE TABLE orders (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, total numeric)");
    }

    @AfterAll
    static void dropIt() {
        internal.drop();
    }

    @ParameterizedTest
    @CsvSource({
        "SEQUENCER, DBSYNC_CRON_SECRET",
        "POLLER, DBSYNC_CRON_SECRET",
        "POLLER, DBSYNC_SIGNING_CURRENT_KEY",
        "POLLER, DBSYNC_SIGNING_NEXT_KEY",
        "ENGINE, DBSYNC_SIGNING_CURRENT_KEY",
        "ENGINE, DBSYNC_SIGNING_NEXT_KEY",
        "ENGINE, DBSYNC_ADMIN_TOKEN",
        "ENGINE, DBSYNC_ENCRYPTION_KEYS"
    })
    void whatIsRequiredAndMissing(Service service, String variable) {
        assertThat(lineOf(service, Map.of(variable, ""))).startsWith(variable + " is missing; expected ");
    }

    @ParameterizedTest
    @CsvSource({
        "SEQUENCER, DBSYNC_CRON_SECRET, fifteen-letters",
        "SEQUENCER, DBSYNC_INTERNAL_DB_URL, mysql://localhost/internal",
        "SEQUENCER, DBSYNC_SEQUENCER_INTERVAL, soon",
        "POLLER, DBSYNC_SIGNING_CURRENT_KEY, only-thirty-one-letters-long-xx",
        "POLLER, DBSYNC_POLLER_LEASE, never",
        "POLLER, DBSYNC_POLLER_DISPATCH, pigeon",
        "ENGINE, DBSYNC_ENCRYPTION_KEYS, key1:c2hvcnQ=",
        "ENGINE, DBSYNC_TARGETS_ALLOW_PRIVATE_NETWORKS, maybe",
        "ENGINE, DBSYNC_ENGINE_PUBLIC_URL, nowhere"
    })
    void whatDoesNotParse(Service service, String variable, String value) {
        String line = lineOf(service, Map.of(variable, value));

        assertThat(line).startsWith(variable + " ").contains("; expected ");
        if (variable.matches(".*(SECRET|KEY|KEYS)")) {
            assertThat(line).doesNotContain(value);
        }
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void aMappingFileThatIsNotUnderstood(Service service) throws IOException {
        Path file = Files.writeString(folder.resolve("orders.yaml"), MAPPING.replace("type: numeric", "type: money"));

        assertThat(lineOf(service, Map.of("DBSYNC_MAPPINGS_DIRECTORY", folder.toString())))
                .startsWith(file + ":10: unknown type 'money'; known are ");
    }

    @Test
    void aMappingOfAColumnThatIsNotThere() throws IOException {
        Path file = Files.writeString(folder.resolve("orders.yaml"), MAPPING.replace("source: total", "source: totl"));

        assertThat(lineOf(Service.SEQUENCER, Map.of("DBSYNC_MAPPINGS_DIRECTORY", folder.toString())))
                .startsWith(file + ":10: ")
                .contains("no column 'totl'", "has: id, tenant_id, total", "correct the name");
    }

    @Test
    void aMappingOfATableThatIsNotThere() throws IOException {
        Path file = Files.writeString(
                folder.resolve("orders.yaml"), MAPPING.replace("table: orders\n  key", "table: oders\n  key"));

        assertThat(lineOf(Service.SEQUENCER, Map.of("DBSYNC_MAPPINGS_DIRECTORY", folder.toString())))
                .startsWith(file + ":3: ")
                .contains("no table ", "oders");
    }

    @Test
    void anExpressionThatIsNotSql() throws IOException {
        Path file = Files.writeString(
                folder.resolve("orders.yaml"), MAPPING.replace("source: total", "sql: \"src.total +\""));

        assertThat(lineOf(Service.SEQUENCER, Map.of("DBSYNC_MAPPINGS_DIRECTORY", folder.toString())))
                .startsWith(file + ":10: ")
                .contains("column 'total'", "correct the expression");
    }

    /** The one line that the service leaves behind, besides what it logged before. */
    private String lineOf(Service service, Map<String, String> overrides) {
        var environment = new HashMap<>(SECRETS.environment());
        environment.put("DBSYNC_INTERNAL_DB_URL", internal.url());
        environment.put("DBSYNC_INTERNAL_DB_USERNAME", internal.username());
        environment.put("DBSYNC_INTERNAL_DB_PASSWORD", internal.password());
        environment.putAll(overrides);
        environment.values().removeIf(String::isEmpty);
        try (var process =
                ServiceProcess.start(service, Ports.free(), environment, folder.resolve(service.module() + ".log"))) {
            Eventually.holds(
                    () -> assertThat(process.isAlive()).as(process.log()).isFalse());
            assertThat(process.exitCode()).isOne();
            assertThat(process.log()).doesNotContain("\tat ", "Exception");
            List<String> lines = process.log()
                    .lines()
                    .filter(line -> !line.matches("\\d{4}-\\d{2}-\\d{2} .* (INFO|WARN) .*"))
                    .toList();
            assertThat(lines).as(process.log()).hasSize(1);
            return lines.get(0);
        }
    }
}
