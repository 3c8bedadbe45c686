package dev.dbsync.poller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.dbsync.common.sql.Sql;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SqlFilesTest {

    @RegisterExtension
    static final InternalDatabaseExtension internal = new InternalDatabaseExtension();

    @ParameterizedTest
    @MethodSource("files")
    void theMigratedDatabaseUnderstands(Path file) throws SQLException, IOException {
        String statement = Sql.of(Files.readString(file)).jdbc();
        try (Connection connection = internal.database().connect();
                var prepared = connection.prepareStatement(statement)) {
            assertThatCode(prepared::getParameterMetaData).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileBeginsWithWhatItIsFor(Path file) throws IOException {
        assertThat(Files.readString(file)).startsWith("-- ");
    }

    @Test
    void thereAreFiles() throws IOException, URISyntaxException {
        assertThat(files()).isNotEmpty();
    }

    static Stream<Path> files() throws IOException, URISyntaxException {
        Path root = Path.of(SqlFilesTest.class.getResource("/dbsync/poller").toURI());
        return Files.walk(root).filter(file -> file.toString().endsWith(".sql"));
    }
}
