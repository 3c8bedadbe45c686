package dev.dbsync.sequencer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Generated text as it was reviewed, in {@code src/test/resources/golden}. Run with {@code -Ddbsync.golden.write=true} to
 * write what is generated now, and review the difference.
 */
public final class GoldenFile {

    private static final Path DIRECTORY = Path.of("src/test/resources/golden");

    private GoldenFile() {}

    public static void assertMatches(String name, String generated) throws IOException {
        Path file = DIRECTORY.resolve(name);
        if (Boolean.getBoolean("dbsync.golden.write")) {
            Files.createDirectories(DIRECTORY);
            Files.writeString(file, generated);
        }
        assertThat(generated).isEqualTo(Files.readString(file));
    }
}
