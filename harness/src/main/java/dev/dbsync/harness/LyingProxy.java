package dev.dbsync.harness;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;

/**
 * Stands before a PostgreSQL server and asks it other questions than it is asked itself, so that the answers are lies in perfect
 * manners. For connections without TLS. Thread-safe.
 */
public final class LyingProxy implements AutoCloseable {

    /** A lie: no answer at all. */
    public static final UnaryOperator<String> SILENCE = question -> null;

    private record Lie(String about, UnaryOperator<String> instead) {}

    private final TestDatabase database;
    private final ServerSocket listening;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "lying-proxy");
        thread.setDaemon(true);
        return thread;
    });

    private volatile Lie lie;

    private LyingProxy(TestDatabase database) throws IOException {
        this.database = database;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** Starts one on any free port that passes everything on, unchanged for now. */
    public static LyingProxy before(TestDatabase database) {
        try {
            return new LyingProxy(database);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens, on the loopback address. */
    public int port() {
        return listening.getLocalPort();
    }

    /**
     * From now on asks something else in place of statements that hold these words.
     *
     * @param instead from the statement to the one that is asked, with the same parameters; {@link #SILENCE} to hear nothing
     */
    public void lie(String about, UnaryOperator<String> instead) {
        lie = new Lie(about, instead);
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = kept(listening.accept());
                Socket server = kept(new Socket(database.host(), database.port()));
                threads.execute(() -> pump(client, server, this::questions));
                threads.execute(() -> pump(server, client, (in, out) -> in.transferTo(out)));
            } catch (IOException | RejectedExecutionException e) {
                // The test has ended.
            }
        }
    }

    private Socket kept(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        sockets.removeIf(Socket::isClosed);
        sockets.add(socket);
        return socket;
    }

    private interface Words {
        void pass(DataInputStream in, DataOutputStream out) throws IOException;
    }

    private static void pump(Socket from, Socket to, Words words) {
        try (from;
                to) {
            words.pass(
                    new DataInputStream(new BufferedInputStream(from.getInputStream())),
                    new DataOutputStream(to.getOutputStream()));
        } catch (IOException e) {
            // One of them has gone.
        }
    }

    private void questions(DataInputStream in, DataOutputStream unbuffered) throws IOException {
        var out = new DataOutputStream(new BufferedOutputStream(unbuffered));
        byte[] first = in.readNBytes(in.readInt() - Integer.BYTES);
        out.writeInt(first.length + Integer.BYTES);
        out.write(first);
        out.flush();
        int type = in.read();
        while (type >= 0) {
            byte[] body = in.readNBytes(in.readInt() - Integer.BYTES);
            byte[] passed = type == 'P' ? instead(body) : body;
            if (passed == null) {
                in.transferTo(OutputStream.nullOutputStream());
                return;
            }
            out.writeByte(type);
            out.writeInt(passed.length + Integer.BYTES);
            out.write(passed);
            if (in.available() == 0) {
                out.flush();
            }
            type = in.read();
        }
    }

    /** The name of the statement, its text, and the types of its parameters. */
    private byte[] instead(byte[] parse) {
        int name = end(parse, 0);
        int text = end(parse, name);
        String question = new String(parse, name, text - name - 1, StandardCharsets.UTF_8);
        Lie told = lie;
        if (told == null || !question.contains(told.about())) {
            return parse;
        }
        String other = told.instead().apply(question);
        if (other == null) {
            return null;
        }
        var changed = new ByteArrayOutputStream();
        changed.write(parse, 0, name);
        changed.writeBytes(other.getBytes(StandardCharsets.UTF_8));
        changed.write(0);
        changed.write(parse, text, parse.length - text);
        return changed.toByteArray();
    }

    /** Behind the zero that ends a text. */
    private static int end(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] != 0) {
            at++;
        }
        return at + 1;
    }
}
