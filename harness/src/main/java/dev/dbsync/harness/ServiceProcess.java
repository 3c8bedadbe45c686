package dev.dbsync.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One replica of a packaged service: a process of its own, with nothing in its environment but what it is given, that can be
 * stopped, killed, paused and started again on the same port. Not thread-safe.
 */
public final class ServiceProcess implements AutoCloseable {

    /** How long a service may take to end on SIGTERM (contract). */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int LOG_TAIL_LINES = 30;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        AtExit.endServices(ServiceProcess::endAll);
    }

    private final Release release;
    private final Service service;
    private final int port;
    private final List<String> jvmOptions;
    private final Map<String, String> environment;
    private final Path log;
    private Process process;

    private ServiceProcess(
            Release release,
            Service service,
            int port,
            List<String> jvmOptions,
            Map<String, String> environment,
            Path log) {
        this.release = release;
        this.service = service;
        this.port = port;
        this.jvmOptions = List.copyOf(jvmOptions);
        this.environment = new HashMap<>(environment);
        this.log = log;
    }

    /**
     * Starts a replica, which listens on the loopback address. It is not ready yet: {@link #awaitReady} waits for that.
     *
     * @param environment the contract's variables; {@code PATH}, {@code JAVA_HOME} and {@code HOME} are added, nothing else
     * @param log         what gets its output; appended to
     * @throws IllegalStateException if the service is not packaged
     */
    public static ServiceProcess start(Service service, int port, Map<String, String> environment, Path log) {
        return start(service, port, List.of(), environment, log);
    }

    /** Likewise, with further options of the Java virtual machine, such as a smaller heap. */
    public static ServiceProcess start(
            Service service, int port, List<String> jvmOptions, Map<String, String> environment, Path log) {
        return start(Release.current(), service, port, jvmOptions, environment, log);
    }

    /** Likewise, of another release. */
    public static ServiceProcess start(
            Release release,
            Service service,
            int port,
            List<String> jvmOptions,
            Map<String, String> environment,
            Path log) {
        var replica = new ServiceProcess(release, service, port, jvmOptions, environment, log);
        replica.start();
        return replica;
    }

    /** Starts one more replica with the same environment, on another port, as a deploy does. The caller closes it. */
    public ServiceProcess startAnother(int otherPort) {
        return startAnother(release, otherPort, Map.of());
    }

    /** Likewise, of another release, with further variables or other values of some. */
    public ServiceProcess startAnother(Release other, int otherPort, Map<String, String> variables) {
        var changed = new HashMap<>(environment);
        changed.putAll(variables);
        Path otherLog = log.resolveSibling(service.module() + "-" + otherPort + ".log");
        return start(other, service, otherPort, List.of(), changed, otherLog);
    }

    /** Waits until it has ended by itself, and fails if it does not. Returns its exit code. */
    public int awaitEnd(Duration timeout) {
        if (!endsWithin(timeout)) {
            throw new IllegalStateException(
                    this + " did not end within " + timeout + ". Its log ends with:\n" + logTail());
        }
        return process.exitValue();
    }

    /** Starts it again with the same port, environment and log, after it has ended. */
    public void start() {
        if (isAlive()) {
            throw new IllegalStateException(this + " is running");
        }
        Path jar = release.jar(service);
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing: run ./mvnw -DskipTests package");
        }
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", jar.toString()));
        var builder = new ProcessBuilder(command)
                .directory(jar.getParent().toFile())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()));
        Map<String, String> variables = builder.environment();
        variables.keySet().retainAll(Set.of("PATH", "JAVA_HOME", "HOME"));
        variables.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        variables.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        variables.putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + service.module(), e);
        }
        RUNNING.add(process);
        process.onExit().thenAccept(RUNNING::remove);
    }

    /** Gives it another variable, or another value of one, from its next start on. */
    public ServiceProcess configure(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /**
     * Waits until it reports to be ready.
     *
     * @throws IllegalStateException with the end of its log, if it ends first or the time is over
     */
    public ServiceProcess awaitReady(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isReady()) {
            if (endsWithin(POLL)) {
                throw new IllegalStateException(
                        this + " ended with exit code " + process.exitValue() + ". Its log ends with:\n" + logTail());
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        this + " was not ready within " + timeout + ". Its log ends with:\n" + logTail());
            }
        }
        return this;
    }

    /** Whether {@code /q/health/ready} answers 200 now. */
    public boolean isReady() {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/q/health/ready"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * SIGTERM, and SIGKILL where that has not ended it within 10 s.
     *
     * @return whether SIGTERM was enough
     */
    public boolean terminate() {
        process.destroy();
        boolean ended = endsWithin(GRACE);
        if (!ended) {
            kill();
        }
        return ended;
    }

    /** Sends SIGTERM and does not wait. */
    public void requestEnd() {
        process.destroy();
    }

    /** SIGKILL: it ends at whatever instant it is in. */
    public void kill() {
        process.destroyForcibly();
        if (!endsWithin(GRACE)) {
            throw new IllegalStateException(this + " survived SIGKILL");
        }
    }

    /** SIGSTOP: it keeps its connections, and does nothing until {@link #resume()}. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The most memory it has held so far, heap and all else, in KiB; empty where the operating system does not tell. */
    public OptionalLong peakMemoryKib() {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return OptionalLong.empty();
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process, to ask the operating system about it. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** The exit code of the ended process. */
    public int exitCode() {
        return process.exitValue();
    }

    public Service service() {
        return service;
    }

    public int port() {
        return port;
    }

    /** {@code http://localhost:port} */
    public String url() {
        return "http://localhost:" + port;
    }

    /** Everything it has printed so far. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines of {@link #log()}. */
    public String logTail() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    }

    /** Ends it, however it is doing. */
    @Override
    public void close() {
        if (isAlive()) {
            resume();
            terminate();
        }
    }

    @Override
    public String toString() {
        return service.module() + " on port " + port;
    }

    /** All at once, so that many take no longer than one. */
    private static void endAll() {
        RUNNING.forEach(Process::destroy);
        long deadline = System.nanoTime() + GRACE.toNanos();
        for (Process running : RUNNING) {
            try {
                running.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            running.destroyForcibly();
        }
    }

    /** Waits for the end of the process, so it serves as a pause that notices a crash at once. */
    private boolean endsWithin(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void signal(String name) {
        String[] command = {"kill", "-" + name, Long.toString(process.pid())};
        try {
            Process kill = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // It may have ended just now, which is no failure of the signal.
            if (kill.waitFor() != 0 && !endsWithin(GRACE)) {
                throw new IllegalStateException("kill -" + name + " of " + this + " failed: " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("Interrupted while waiting for a service", e);
    }
}
