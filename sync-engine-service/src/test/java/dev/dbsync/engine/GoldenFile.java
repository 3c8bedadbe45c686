package dev.dbsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Generated text that a person has read once. {@code -Ddbsync.golden.write=true} writes what is generated now. */
public final class GoldenFile {

    private static final Path DIRECTORY = Path.of("src/test/resources/golden");

    private GoldenFile() {}

    public static void assertSame(String file, String generated) {
        Path path = DIRECTORY.resolve(file);
        try {
            if (Boolean.getBoolean("dbsync.golden.write")) {
                Files.createDirectories(DIRECTORY);
                Files.writeString(path, generated);
            }
            assertThat(generated).as(path.toString()).isEqualTo(Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
