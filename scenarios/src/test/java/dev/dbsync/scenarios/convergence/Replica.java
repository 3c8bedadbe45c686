package dev.dbsync.scenarios.convergence;

import dev.dbsync.harness.Ports;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A place for one process of a service, with a port and a log of its own, which may be empty. Every method may be called in
 * every state; what makes no sense in it does nothing. Told what to do by one thread; any may ask.
 */
final class Replica {

    private final Service service;
    private final Map<String, String> environment;
    private final Path log;
    private final int port = Ports.free();
    private volatile ServiceProcess process;
    private volatile boolean paused;
    private boolean clockOff;

    Replica(Service service, Map<String, String> environment, Path log) {
        this.service = service;
        this.environment = environment;
        this.log = log;
    }

    String url() {
        return "http://localhost:" + port;
    }

    /** Whether it is running and not stopped; it may not be ready yet. */
    boolean isUp() {
        return isAlive() && !paused;
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    boolean clockIsOff() {
        return clockOff;
    }

    void start() {
        start(0);
    }

    /** @param clockOffBy seconds */
    void start(int clockOffBy) {
        if (isAlive()) {
            return;
        }
        var variables = new HashMap<>(environment);
        if (clockOffBy != 0) {
            variables.putAll(Clocks.offBy(clockOffBy));
        }
        clockOff = clockOffBy != 0;
        paused = false;
        process = ServiceProcess.start(service, port, variables, log);
    }

    void kill() {
        if (isAlive()) {
            process.kill();
        }
        paused = false;
    }

    void terminate() {
        if (isAlive()) {
            resume();
            process.terminate();
        }
    }

    void pause() {
        if (isUp()) {
            paused = true;
            process.pause();
        }
    }

    void resume() {
        if (isAlive() && paused) {
            process.resume();
        }
        paused = false;
    }

    void awaitReady(Duration timeout) {
        process.awaitReady(timeout);
    }

    /** How many lines of its log, since its first start, have this in them. */
    long logged(String text) {
        return process == null
                ? 0
                : process.log().lines().filter(line -> line.contains(text)).count();
    }

    String logTail() {
        return process == null ? "" : process.logTail();
    }

    @Override
    public String toString() {
        return service.module();
    }
}
