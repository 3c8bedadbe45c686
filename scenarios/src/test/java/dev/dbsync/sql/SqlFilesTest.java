package dev.dbsync.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fixed statement is one that the migrated internal database, or a target, understands. */
class SqlFilesTest {

    private static final List<String> MODULES =
            List.of("common", "sequencer-service", "poller-service", "sync-engine-service");

    /** Scripts of several statements, which run as a whole elsewhere; migrations have run when this test begins. */
    private static final List<String> SCRIPTS =
            List.of("reference-schema.sql", "pass.sql", "release_lease.sql", "work_is_pending.sql");

    private static TestDatabase database;

    @BeforeAll
    static void migrate() throws IOException {
        database = InternalDatabase.migrated(PostgresServer.shared());
        database.execute(Files.readString(
                Path.of("../sequencer-service/src/main/resources/dbsync/sequencer/reference/reference-schema.sql")));
    }

    @AfterAll
    static void drop() {
        database.drop();
    }

    @ParameterizedTest
    @MethodSource("files")
    void isUnderstood(Path file) throws Exception {
        var sql = Sql.of(Files.readString(file));

        try (Connection connection = database.connect();
                var statement = connection.prepareStatement(sql.jdbc())) {
            assertThatCode(statement::getParameterMetaData).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void saysWhatItIsFor(Path file) throws IOException {
        assertThat(Files.readString(file)).startsWith("-- ");
    }

    static List<Path> files() throws IOException {
        var files = new ArrayList<Path>();
        for (String module : MODULES) {
            Path root = Path.of("..", module, "src/main/resources/dbsync");
            try (Stream<Path> found = Files.walk(root)) {
                found.filter(file -> file.toString().endsWith(".sql"))
                        .filter(file -> !file.toString().contains("migration"))
                        .filter(file -> !SCRIPTS.contains(file.getFileName().toString()))
                        .forEach(files::add);
            }
        }
        assertThat(files).hasSizeGreaterThan(30);
        return files;
    }
}
