package dev.dbsync.scenarios.convergence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Starts processes with a wall clock that is off, by the library of Debian's {@code faketime}. Without it, clocks are right. */
final class Clocks {

    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

    private static final Optional<Path> FOUND = find();

    private Clocks() {}

    static boolean canBeOff() {
        return FOUND.isPresent();
    }

    /** What a process gets in its environment so that its clock is off by so much; time spans stay right. */
    static Map<String, String> offBy(int seconds) {
        return FOUND.map(library -> Map.of(
                        "LD_PRELOAD",
                        library.toString(),
                        "FAKETIME",
                        "%+d".formatted(seconds),
                        "FAKETIME_DONT_FAKE_MONOTONIC",
                        "1",
                        "DONT_FAKE_MONOTONIC",
                        "1"))
                .orElse(Map.of());
    }

    private static Optional<Path> find() {
        if (!Files.isDirectory(LIBRARIES)) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(LIBRARIES)) {
            return folders.map(folder -> folder.resolve(LIBRARY))
                    .filter(Files::exists)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
