package dev.dbsync.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy on the loopback address that is as bad as it is told to be, on the same port throughout. A change of mode takes
 * effect for connections that exist as well as for new ones. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {

    /** How it behaves. */
    public enum Mode {
        /** Everything goes through. */
        PASS,
        /** Nobody listens; connections that existed are reset. */
        REFUSE,
        /** Connections are accepted, and neither side hears a byte of the other any more. */
        HANG,
        /** {@value #SLOW_BYTES} bytes in each direction every {@value #SLOW_MILLIS} ms. */
        SLOW
    }

    private static final int BUFFER = 16 * 1024;
    private static final int SLOW_BYTES = 2048;
    private static final int SLOW_MILLIS = 20;
    private static final int CONNECT_MILLIS = 5_000;

    private final InetSocketAddress upstream;
    private final int port;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private ServerSocket listener;
    private Thread acceptor;
    private Mode mode = Mode.PASS;
    private long cutAfter = Long.MAX_VALUE;
    private Duration delay = Duration.ZERO;
    private boolean closed;

    private FaultProxy(InetSocketAddress upstream, int port) {
        this.upstream = upstream;
        this.port = port;
    }

    /** Listens on a free port and passes everything on to this one. */
    public static FaultProxy to(String host, int port) {
        var proxy = new FaultProxy(new InetSocketAddress(host, port), Ports.free());
        proxy.set(Mode.PASS);
        return proxy;
    }

    /** The port it listens on, on the loopback address. */
    public int port() {
        return port;
    }

    /** Behaves so from now on. */
    public synchronized void set(Mode next) {
        mode = next;
        if (next == Mode.REFUSE) {
            stopListening();
            cut();
        } else if (listener == null && !closed) {
            listen();
        }
        notifyAll();
    }

    /** Resets every connection there is. New ones are accepted as before. */
    public void cut() {
        links.forEach(Link::reset);
    }

    /** Resets every connection as soon as it has carried so many bytes in one direction. */
    public synchronized void cutAfter(long bytes) {
        cutAfter = bytes;
    }

    /** Everything that is passed on waits so long first, in each direction: distance, for protocols of question and answer. */
    public synchronized void delay(Duration oneWay) {
        delay = oneWay;
    }

    private synchronized Duration delay() {
        return delay;
    }

    /** Everything goes through again. */
    public synchronized void heal() {
        delay = Duration.ZERO;
        cutAfter = Long.MAX_VALUE;
        set(Mode.PASS);
    }

    /** Connections open at this moment. */
    public int connections() {
        return links.size();
    }

    @Override
    public synchronized void close() {
        closed = true;
        stopListening();
        cut();
        notifyAll();
    }

    private void listen() {
        try {
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            listener = socket;
            acceptor = inBackground("accept", () -> accept(socket));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen on port " + port, e);
        }
    }

    private void stopListening() {
        if (listener != null) {
            closeQuietly(listener);
            listener = null;
            awaitEndOf(acceptor);
        }
    }

    /** As long as somebody waits in accept the kernel still takes connections, closed or not. */
    private static void awaitEndOf(Thread acceptor) {
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                inBackground("connect", () -> connect(client));
            } catch (IOException e) {
                // Closed, or the client has gone already: the loop's condition knows which.
            }
        }
    }

    private void connect(Socket client) {
        var server = new Socket();
        var link = new Link(client, server);
        links.add(link);
        try {
            if (refusing()) {
                link.reset();
                return;
            }
            server.connect(upstream, CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            inBackground("back", () -> link.pump(server, client));
            link.pump(client, server);
        } catch (IOException e) {
            link.reset();
        }
    }

    private synchronized boolean refusing() {
        return closed || mode == Mode.REFUSE;
    }

    private synchronized boolean reached(long bytes) {
        return bytes >= cutAfter;
    }

    /** @return how many bytes may go next */
    private synchronized int awaitTurn() throws InterruptedException {
        while (mode == Mode.HANG && !closed) {
            wait();
        }
        if (mode != Mode.SLOW) {
            return BUFFER;
        }
        wait(SLOW_MILLIS);
        return SLOW_BYTES;
    }

    private static Thread inBackground(String name, Runnable action) {
        var thread = new Thread(action, "fault-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // It is gone either way.
        }
    }

    /** A client's connection and ours to the server. */
    private final class Link {

        private final Socket client;
        private final Socket server;

        private Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void pump(Socket from, Socket to) {
            var buffer = new byte[BUFFER];
            long carried = 0;
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                int read;
                while ((read = in.read(buffer, 0, awaitTurn())) >= 0) {
                    LockSupport.parkNanos(delay().toNanos());
                    awaitTurn();
                    out.write(buffer, 0, read);
                    carried += read;
                    if (reached(carried)) {
                        reset();
                        return;
                    }
                }
                end();
            } catch (IOException e) {
                reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                reset();
            }
        }

        /** As when a machine on the way forgets the connection: each side gets a reset, and what was on the way is lost. */
        private void reset() {
            links.remove(this);
            linger(client);
            linger(server);
            end();
        }

        private void end() {
            links.remove(this);
            closeQuietly(client);
            closeQuietly(server);
        }

        private void linger(Socket socket) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is closed already.
            }
        }
    }
}
