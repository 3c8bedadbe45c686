package dev.dbsync.engine.target;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes connections on the loopback address and treats each as told. */
final class FakeServer implements AutoCloseable {

    /** What is done with a connection. */
    interface Manners {
        void treat(Socket socket) throws Exception;
    }

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final AtomicInteger connections = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    FakeServer(Manners manners) throws IOException {
        threads.execute(() -> accept(manners));
    }

    int port() {
        return listening.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    /** Answers the request for TLS with no. */
    static void refuseTls(Socket socket) throws IOException {
        socket.getInputStream().readNBytes(8);
        socket.getOutputStream().write('N');
        socket.getInputStream().readAllBytes();
    }

    /** Answers a login with a demand to authenticate in that way. */
    static void demand(Socket socket, int authenticationType) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        in.readNBytes(in.readInt() - 4);
        socket.getOutputStream().write(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, (byte) authenticationType});
        in.readAllBytes();
    }

    /** Answers a login with an error. */
    static void fail(Socket socket, String sqlState, String message) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        in.readNBytes(in.readInt() - 4);
        byte[] fields = ("SFATAL\0C" + sqlState + "\0M" + message + "\0\0").getBytes(StandardCharsets.UTF_8);
        var out = new DataOutputStream(socket.getOutputStream());
        out.writeByte('E');
        out.writeInt(4 + fields.length);
        out.write(fields);
        in.readAllBytes();
    }

    private void accept(Manners manners) {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                connections.incrementAndGet();
                threads.execute(() -> treat(socket, manners));
            } catch (IOException | RejectedExecutionException e) {
                // The test has ended.
            }
        }
    }

    private static void treat(Socket socket, Manners manners) {
        try (socket) {
            manners.treat(socket);
        } catch (Exception e) {
            // The client has gone, or the test has ended.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
