package dev.dbsync.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Statements and scripts of the benchmark. */
public final class Resources {

    private Resources() {}

    /** A file beside the benchmark's classes. */
    public static String read(String name) {
        try (InputStream in = Resources.class.getResourceAsStream("/dbsync/bench/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("No resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Likewise, with {@code :name} replaced by text that is SQL already. */
    public static String read(String name, Map<String, ?> values) {
        String text = read(name);
        for (Map.Entry<String, ?> value : values.entrySet()) {
            // Not after a second colon, which is a cast.
            text = text.replaceAll("(?<!:):" + value.getKey() + "\\b", String.valueOf(value.getValue()));
        }
        return text;
    }

    /** A file of the project. */
    public static String file(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
