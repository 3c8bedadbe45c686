package dev.dbsync.scenarios.convergence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Starts processes with a wall clock that is off, by the library of Debian's {@code faketime}. Without it, clocks are right. */
final class Clocks {

    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Pattern LEFT_OVER = Pattern.compile("(?:sem\\.faketime_sem|faketime_shm)_(\\d+)");

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

    /** Removes what the library leaves in shared memory when its process is killed. */
    static void forgetTheKilled() {
        if (!canBeOff()) {
            return;
        }
        try (Stream<Path> left = Files.list(SHARED_MEMORY)) {
            for (Path file : left.toList()) {
                Matcher name = LEFT_OVER.matcher(file.getFileName().toString());
                if (name.matches()
                        && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
