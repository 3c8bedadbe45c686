package dev.dbsync.scenarios;

import dev.dbsync.harness.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** What stands in front of the replicas of a service: an address that stays, and new connections go to whoever is named last. */
final class Frontend implements AutoCloseable {

    private final ServerSocket listener;
    private volatile int port;

    private Frontend(ServerSocket listener) {
        this.listener = listener;
    }

    /** Listens on a free port; until {@link #forwardTo} nobody answers. */
    static Frontend listening() {
        try {
            var frontend = new Frontend(new ServerSocket(Ports.free(), 100, InetAddress.getLoopbackAddress()));
            inBackground(frontend::accept);
            return frontend;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void forwardTo(int replicasPort) {
        port = replicasPort;
    }

    String url() {
        return "http://localhost:" + listener.getLocalPort();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                inBackground(() -> connect(client));
            } catch (IOException e) {
                // Closed: the loop ends.
            }
        }
    }

    private void connect(Socket client) {
        try (client;
                var server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            inBackground(() -> pump(server, client));
            pump(client, server);
        } catch (IOException e) {
            // Either side hung up; so do we.
        }
    }

    /** Until one side ends; then both do. */
    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Hung up, which is an end as well.
        }
    }

    private static void inBackground(Runnable action) {
        var thread = new Thread(action, "frontend");
        thread.setDaemon(true);
        thread.start();
    }
}
