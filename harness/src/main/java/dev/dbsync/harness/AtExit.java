package dev.dbsync.harness;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What ends with the JVM, in order: first the services, then the servers they are connected to. */
final class AtExit {

    private static final List<Runnable> SERVICES = new CopyOnWriteArrayList<>();
    private static final List<Runnable> SERVERS = new CopyOnWriteArrayList<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(AtExit::run, "dbsync-harness-exit"));
    }

    private AtExit() {}

    static void endServices(Runnable action) {
        SERVICES.add(action);
    }

    static void stopServer(Runnable action) {
        SERVERS.add(action);
    }

    private static void run() {
        SERVICES.forEach(AtExit::quietly);
        SERVERS.forEach(AtExit::quietly);
    }

    /** One failure must not keep the rest running. */
    private static void quietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            System.err.println(e.getMessage());
        }
    }
}
