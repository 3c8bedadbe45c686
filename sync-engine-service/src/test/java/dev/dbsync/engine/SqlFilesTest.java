package dev.dbsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SqlFilesTest {

    /** Statements on the internal database; those of the target run elsewhere. */
    private static final List<String> PACKAGES =
            List.of("admin", "destination", "fusebox", "internaldb", "receive", "status");

    private static TestDatabase database;

    @BeforeAll
    static void migrate() {
        database = InternalDatabase.migrated(PostgresServer.shared());
        database.execute(
                "CREATE TABLE public.\"Tenancy\" (\"id\" uuid PRIMARY KEY, \"projectId\" text, \"branchId\" text)");
    }

    @AfterAll
    static void drop() {
        database.drop();
    }

    static Stream<Path> files() throws IOException {
        Path root = Path.of("src/main/resources/dbsync/engine");
        try (Stream<Path> found = Files.walk(root)) {
            return found
                    .filter(file -> file.toString().endsWith(".sql"))
                    .filter(file ->
                            PACKAGES.contains(root.relativize(file).getName(0).toString()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void theMigratedDatabaseUnderstands(Path file) throws IOException, SQLException {
        Sql sql = Sql.of(Files.readString(file));
        try (var connection = database.connect();
                var statement = connection.prepareStatement(sql.jdbc())) {
            connection.setSchema("dbsync");

            assertThat(statement.getParameterMetaData().getParameterCount())
                    .isGreaterThanOrEqualTo(sql.names().size());
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void beginsWithAHeader(Path file) throws IOException {
        assertThat(Files.readString(file)).startsWith("-- ");
    }
}
