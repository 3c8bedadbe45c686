package dev.dbsync.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the operating system says about this machine and its processes. */
public final class Machine {

    /** Clock ticks per second of the times in {@code /proc}: fixed at 100 for user space on Linux. */
    private static final double TICKS_PER_SECOND = 100;

    private Machine() {}

    /** Processes that want to run, averaged over the last minute. */
    public static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** Seconds of processor time that a process and those that came from it have used, also by the ones that have ended. */
    public static double cpuSeconds(ProcessHandle process) {
        return all(process).mapToDouble(Machine::ownCpuSeconds).sum();
    }

    /** Memory that a process holds now, in MiB. */
    public static double residentMib(ProcessHandle process) {
        return statusKib(process, "VmRSS:") / 1024;
    }

    /** The most memory that a process has held, in MiB. */
    public static double peakMib(ProcessHandle process) {
        return statusKib(process, "VmHWM:") / 1024;
    }

    private static Stream<ProcessHandle> all(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants());
    }

    private static double ownCpuSeconds(ProcessHandle process) {
        try {
            String stat = Files.readString(proc(process, "stat"));
            // Behind the command in brackets, which may hold anything: utime, stime and those of waited-for children.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            double ticks = 0;
            for (int i = 11; i <= 14; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return ticks / TICKS_PER_SECOND;
        } catch (IOException e) {
            // It has ended just now; its parent has its time.
            return 0;
        }
    }

    private static double statusKib(ProcessHandle process, String field) {
        try (Stream<String> lines = Files.lines(proc(process, "status"))) {
            return lines.filter(line -> line.startsWith(field))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path proc(ProcessHandle process, String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }
}
