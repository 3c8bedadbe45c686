package dev.dbsync.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What an earlier run left behind: its files always, its PostgreSQL if the run was killed without a chance to stop it. */
final class LeftOver {

    private static final int STOP_SECONDS = 10;

    private LeftOver() {}

    /** Ends the server that runs on this data directory, if there is one. */
    static void stop(Path dataDirectory) {
        Path pidFile = dataDirectory.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        try {
            long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
            ProcessHandle.of(pid)
                    .filter(process -> runsOn(process, dataDirectory))
                    .ifPresent(LeftOver::end);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + pidFile, e);
        }
    }

    /** Deletes a folder and what is in it, where it exists. */
    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + folder, e);
        }
    }

    /** A process id is given again sooner or later: only a command line with our folder in it is our server. */
    private static boolean runsOn(ProcessHandle process, Path dataDirectory) {
        return process.info()
                .commandLine()
                .filter(line -> line.contains(dataDirectory.toString()))
                .isPresent();
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, STOP_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly();
    }
}
