package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dbsync.harness.Ports;
import dev.dbsync.harness.Service;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README promises of {@code ./run-local}, from the outside: the script as a process, its ports, its output. */
class LocalRunTest {

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration END = Duration.ofSeconds(30);
    private static final String USER = "md5('acme user 1')::uuid";

    private final int prefix = freePrefix();

    @TempDir
    Path folder;

    @Test
    void showsChangesInTheTenantsDatabaseAndLeavesNothingRunning() throws Exception {
        Path output = folder.resolve("output");
        Process run = start(output, "docs/examples/tables.sql");
        try {
            await().atMost(START)
                    .pollInterval(Duration.ofMillis(200))
                    .failFast(() -> assertThat(run.isAlive()).as(text(output)).isTrue())
                    .until(() -> text(output).contains("Try it:"));
            assertThat(text(output))
                    .contains("psql postgresql://postgres@localhost:" + prefix + "28/internal")
                    .contains("psql postgresql://postgres@localhost:" + prefix + "28/tenant_b")
                    .contains("localhost:" + prefix + "43/api/latest/internal/external-db-sync/status?scope=all");

            String name = "O'Neil \uD83D\uDE80";
            execute(
                    "internal",
                    "UPDATE \"ProjectUser\" SET \"displayName\" = 'O''Neil \uD83D\uDE80' WHERE \"projectUserId\" = "
                            + USER);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> name.equals(query("tenant_a", "SELECT display_name FROM users WHERE id = " + USER)));
            assertThat(query("tenant_b", "SELECT count(*) FROM users WHERE id = " + USER))
                    .isEqualTo("0");

            execute(
                    "internal",
                    "INSERT INTO shop.orders (tenancy_id, customer) SELECT id, 'Ada' FROM \"Tenancy\" WHERE \"projectId\" = 'acme'");
            execute(
                    "internal",
                    "INSERT INTO shop.order_lines VALUES (1, 1, 'cable', 2, 4.50), (1, 2, 'lamp', 1, 39.90)");
            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(
                            () -> "2 48.90"
                                    .equals(
                                            query(
                                                    "tenant_a",
                                                    "SELECT (SELECT count(*) FROM order_lines) || ' ' || total FROM orders WHERE id = 1")));
        } finally {
            run.destroy();
        }

        assertThat(run.waitFor(END.toSeconds(), TimeUnit.SECONDS)).isTrue();
        await().atMost(END).until(() -> ports().allMatch(Ports::isFree));
    }

    @Test
    void namesThePortThatSomebodyElseHas() throws Exception {
        Path output = folder.resolve("output");
        try (var busy = new ServerSocket(prefix * 100 + 42, 1, InetAddress.getLoopbackAddress())) {
            Process run = start(output);
            try {
                assertThat(run.waitFor(START.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } finally {
                run.destroy();
            }
            assertThat(run.exitValue()).isEqualTo(1);
            assertThat(text(output))
                    .contains("Port " + busy.getLocalPort() + " is in use")
                    .contains("PORT_PREFIX=");
        }
    }

    /** @param scripts as the README runs the examples' mappings; none for a run without them */
    private Process start(Path output, String... scripts) throws IOException {
        // The build that runs this test has packaged everything, and is still using it.
        var builder = new ProcessBuilder(Stream.concat(Stream.of("./run-local", "--no-build"), Stream.of(scripts))
                        .toList())
                .directory(Service.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(output.toFile()));
        builder.environment().put("PORT_PREFIX", Integer.toString(prefix));
        if (scripts.length > 0) {
            builder.environment().put("DBSYNC_MAPPINGS_DIRECTORY", "docs/examples/mappings");
        }
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    private Stream<Integer> ports() {
        return ports(prefix);
    }

    private static Stream<Integer> ports(int prefix) {
        return Stream.of(28, 41, 42, 43).map(suffix -> prefix * 100 + suffix);
    }

    /** Below the range from which the system gives ports to clients, where that range is the usual one. */
    private static int freePrefix() {
        return IntStream.range(200, 320)
                .filter(candidate -> ports(candidate).allMatch(Ports::isFree))
                .findAny()
                .orElseThrow();
    }

    private void execute(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String query(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            return result.next() ? result.getString(1) : null;
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + prefix + "28/" + database, "postgres", "");
    }

    private static String text(Path output) {
        try {
            List<String> lines = Files.readAllLines(output);
            return String.join("\n", lines);
        } catch (IOException e) {
            return "";
        }
    }
}
