package dev.dbsync.harness;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Listens on the loopback address, speaks enough of PostgreSQL's protocol to be taken for a server, and then misbehaves. */
public final class HostileServer implements AutoCloseable {

    /** What makes an error's text dangerous to print: escapes, markup, line ends, direction marks, and somebody's value. */
    public static final String MALICIOUS_TEXT =
            "\u001b[31mred\u001b]0;title\u0007 <script>alert(1)</script>\r\n2026-01-01 INFO forged line \u202egnp.exe\u2066 \u0085\u2028end";

    /** A row's value that some errors quote. */
    public static final String SOMEBODYS_VALUE = "val7e-of-somebody";

    /** What is done with a connection. */
    public interface Manners {
        void treat(Wire wire) throws Exception;
    }

    /** The ways to misbehave. */
    public enum Habit {
        /** Answers the question for TLS with noise. */
        GARBAGE_FOR_TLS(wire -> {
            wire.raw().readNBytes(8);
            wire.send(new byte[] {'X', 0, 1, 2, 3});
        }),
        /** Asks for the password in clear. */
        WANTS_THE_PASSWORD(wire -> {
            wire.startup();
            wire.message('R', number(3));
            wire.next();
        }),
        /** Asks for a hash of the password, again and again. */
        ASKS_FOR_EVER(wire -> {
            wire.startup();
            while (true) {
                wire.message('R', number(5), new byte[] {1, 2, 3, 4});
                wire.next();
            }
        }),
        /** Has the client calculate two thousand million hashes. */
        SCRAM_WITHOUT_END(wire -> wire.scram("c2FsdHNhbHRzYWx0", "2147483647")),
        /** Sends a salt of more than ten kilobytes, and many rounds with it. */
        SCRAM_WITH_A_HUGE_SALT(wire -> wire.scram(Base64.getEncoder().encodeToString(new byte[12_000]), "99999999")),
        /** Announces a row of two gigabytes and sends it byte by byte. */
        ROW_OF_TWO_GIGABYTES(wire -> wire.afterLogin(() -> {
            wire.columns(1);
            wire.header('D', Integer.MAX_VALUE);
            wire.send(new byte[] {0, 1});
            wire.send(number(Integer.MAX_VALUE - 10));
            wire.drip();
        })),
        /** Announces a field of two gigabytes in a row of twenty bytes. */
        FIELD_LARGER_THAN_ITS_ROW(wire -> wire.afterLogin(() -> {
            wire.columns(1);
            wire.header('D', 20);
            wire.send(new byte[] {0, 1});
            wire.send(number(2_000_000_000));
            wire.drip();
        })),
        /** Sends a field of a negative length that does not mean null. */
        FIELD_OF_NEGATIVE_LENGTH(wire -> wire.afterLogin(() -> {
            wire.columns(1);
            wire.header('D', 14);
            wire.send(new byte[] {0, 1});
            wire.send(number(-7));
            wire.send(number(0));
            wire.drip();
        })),
        /** Sends a row of a negative number of fields. */
        ROW_OF_NEGATIVE_FIELDS(wire -> wire.afterLogin(() -> {
            wire.columns(1);
            wire.message('D', new byte[] {(byte) 0xff, (byte) 0xfe});
            wire.drip();
        })),
        ENDLESS_ROWS(wire -> wire.afterLogin(() -> {
            wire.columns(1);
            wire.repeat(messageOf('D', new byte[] {0, 1}, number(1), new byte[] {'x'}));
        })),
        ENDLESS_EMPTY_ROWS(wire -> wire.afterLogin(() -> {
            wire.columns(0);
            wire.repeat(messageOf('D', new byte[] {0, 0}));
        })),
        ENDLESS_NOTICES(wire -> wire.afterLogin(() -> wire.repeat(messageOf('N', error("00000", "n"))))),
        ENDLESS_ERRORS(wire -> wire.afterLogin(() -> wire.repeat(messageOf('E', error("XX000", "e"))))),
        ENDLESS_NOTIFICATIONS(wire ->
                wire.afterLogin(() -> wire.repeat(messageOf('A', number(1), text("channel"), text("x".repeat(100)))))),
        ENDLESS_COMPLETIONS(wire -> wire.afterLogin(() -> wire.repeat(messageOf('C', text("INSERT 0 1"))))),
        /** Asks for the data of a COPY nobody wants, again and again. */
        ENDLESS_COPIES(wire -> wire.afterLogin(() -> {
            while (true) {
                wire.message('G', new byte[] {0, 0, 0});
                wire.next();
            }
        })),
        /** Names a parameter of its own, and then another. */
        ENDLESS_PARAMETERS(wire -> wire.afterLogin(() -> {
            for (int i = 0; ; i++) {
                wire.message('S', text("parameter_" + i), text("value"));
            }
        })),
        /** Likewise, and finishes every answer, so that each is short. */
        PARAMETERS_WITH_EVERY_ANSWER(wire -> {
            wire.login();
            for (int i = 0; ; i++) {
                wire.batch();
                for (int j = 0; j < 500; j++) {
                    wire.message('S', text("parameter_" + i + "_" + j), text("value"));
                }
                wire.message('Z', new byte[] {'I'});
            }
        }),
        ONE_BYTE_AT_A_TIME(wire -> wire.afterLogin(() -> {
            wire.columns(1);
            wire.header('D', 1_000_000);
            wire.send(new byte[] {0, 1});
            wire.send(number(999_990));
            wire.drip();
        })),
        /** An error of half a gigabyte. */
        HUGE_ERROR(wire -> wire.afterLogin(() -> {
            wire.header('E', 500_000_000);
            wire.send("SERROR\0C42501\0M".getBytes(StandardCharsets.US_ASCII));
            wire.repeat("x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII));
        })),
        /** An error whose text is dangerous and whose details are nobody's business, with every answer. */
        MALICIOUS_ERROR(wire -> wire.answerAll(() -> wire.message(
                'E',
                text("SERROR"),
                text("C42501"),
                text("M" + MALICIOUS_TEXT),
                text("D" + SOMEBODYS_VALUE),
                text("H" + SOMEBODYS_VALUE),
                new byte[1]))),
        /** An error as a function of the tenant's raises it: any SQLSTATE, and a row in its words. */
        ERROR_THAT_QUOTES_A_ROW(wire -> wire.answerAll(() -> wire.message(
                'E',
                text("SERROR"),
                text("CABC01"),
                text("Mbad row " + SOMEBODYS_VALUE),
                text("WPL/pgSQL function f() line 1 at RAISE"),
                text("Rexec_stmt_raise"),
                new byte[1]))),
        /** Answers every question with a number, whatever was asked for. */
        ROWS_OF_ANOTHER_FORM(wire -> wire.answerAll(() -> {
            wire.columns(40);
            var row = new ByteArrayOutputStream();
            row.writeBytes(new byte[] {0, 40});
            for (int i = 0; i < 40; i++) {
                row.writeBytes(number(2));
                row.writeBytes(new byte[] {'{', '}'});
            }
            wire.message('D', row.toByteArray());
            wire.message('C', text("SELECT 1"));
        })),
        /** Stops to read in the middle of a long question. */
        DOES_NOT_LISTEN(wire -> wire.afterLogin(wire::drip));

        private final Manners manners;

        Habit(Manners manners) {
            this.manners = manners;
        }
    }

    private interface Answer {
        void send() throws IOException;
    }

    private final ServerSocket listening;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> sockets = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "hostile-server");
        thread.setDaemon(true);
        return thread;
    });

    private HostileServer(Manners manners) throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        threads.execute(() -> accept(manners));
    }

    /** Starts one on any free port. */
    public static HostileServer of(Habit habit) {
        return treating(habit.manners);
    }

    /** Likewise, with manners of its own. */
    public static HostileServer treating(Manners manners) {
        try {
            return new HostileServer(manners);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** How many have connected so far. */
    public int connections() {
        return connections.get();
    }

    /** {@code postgres://user:password@127.0.0.1:port/database} */
    public String connectionString() {
        return "postgres://u:hunter2-secret@127.0.0.1:" + port() + "/d";
    }

    @Override
    public void close() {
        try {
            listening.close();
            synchronized (sockets) {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void accept(Manners manners) {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                synchronized (sockets) {
                    sockets.removeIf(Socket::isClosed);
                    sockets.add(socket);
                }
                connections.incrementAndGet();
                threads.execute(() -> treat(socket, manners));
            } catch (IOException | RejectedExecutionException e) {
                // The test has ended.
            }
        }
    }

    private static void treat(Socket socket, Manners manners) {
        try (socket) {
            manners.treat(new Wire(socket));
        } catch (Exception e) {
            // The client has gone, or the test has ended.
        }
    }

    private static byte[] number(int value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    private static byte[] text(String value) {
        return (value + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] error(String sqlState, String message) {
        return ("SERROR\0C" + sqlState + "\0M" + message + "\0\0").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] messageOf(char type, byte[]... parts) {
        var body = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            body.writeBytes(part);
        }
        var message = new ByteArrayOutputStream();
        message.write(type);
        message.writeBytes(number(4 + body.size()));
        message.writeBytes(body.toByteArray());
        return message.toByteArray();
    }

    /** One connection, seen from the server. */
    public static final class Wire {

        /** Beyond this a question is not listened to. */
        private static final int LONG_QUESTION = 8 << 20;

        private final DataInputStream in;
        private final DataOutputStream out;

        private Wire(Socket socket) throws IOException {
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
        }

        DataInputStream raw() {
            return in;
        }

        /** Takes the client's first words, and refuses TLS if that is what they are. */
        public void startup() throws IOException {
            byte[] first = in.readNBytes(in.readInt() - 4);
            if (first.length == 4) {
                send(new byte[] {'N'});
                in.readNBytes(in.readInt() - 4);
            }
        }

        /** Lets the client in, without a password, and answers what it sets on every connection. */
        public void login() throws IOException {
            startup();
            message('R', number(0));
            message('S', text("server_version"), text("15.0"));
            message('S', text("server_encoding"), text("UTF8"));
            message('S', text("client_encoding"), text("UTF8"));
            message('S', text("DateStyle"), text("ISO, MDY"));
            message('S', text("TimeZone"), text("UTC"));
            message('S', text("integer_datetimes"), text("on"));
            message('S', text("standard_conforming_strings"), text("on"));
            message('K', number(1), number(2));
            message('Z', new byte[] {'I'});
        }

        private void scram(String salt, String rounds) throws IOException {
            startup();
            message('R', number(10), text("SCRAM-SHA-256"), new byte[1]);
            String first = new String(next(), StandardCharsets.US_ASCII);
            String nonce = first.substring(first.indexOf("r=") + 2);
            String reply = "r=" + nonce + "server,s=" + salt + ",i=" + rounds;
            message('R', number(11), reply.getBytes(StandardCharsets.US_ASCII));
            next();
        }

        /** Answers what is only set, and the first question in this way. */
        private void afterLogin(Answer answer) throws IOException {
            login();
            while (isAboutSettings(batch())) {
                message('Z', new byte[] {'I'});
            }
            answer.send();
        }

        /** Answers everything but settings in this way, and is ready for more. */
        private void answerAll(Answer answer) throws IOException {
            login();
            while (true) {
                if (!isAboutSettings(batch())) {
                    answer.send();
                }
                message('Z', new byte[] {'I'});
            }
        }

        private static boolean isAboutSettings(String sql) {
            return sql.lines().allMatch(line -> line.startsWith("SET ") || line.startsWith("BEGIN"));
        }

        /** Reads up to where the client waits; settings are answered on the way, up to the word that they are done. */
        private String batch() throws IOException {
            var statements = new ArrayList<String>();
            while (true) {
                char type = (char) in.readUnsignedByte();
                int length = in.readInt() - 4;
                if (length > LONG_QUESTION) {
                    LockSupport.park();
                }
                byte[] body = in.readNBytes(length);
                if (type == 'Q') {
                    String sql = new String(body, 0, body.length - 1, StandardCharsets.UTF_8).strip();
                    if (isAboutSettings(sql)) {
                        message('C', text("SET"));
                    }
                    return sql;
                } else if (type == 'P') {
                    String sql = new String(body, StandardCharsets.UTF_8);
                    statements.add(sql.substring(sql.indexOf('\0') + 1, sql.indexOf('\0', sql.indexOf('\0') + 1))
                            .strip());
                    message('1');
                } else if (type == 'B') {
                    message('2');
                } else if (type == 'D' && isAboutSettings(String.join("\n", statements))) {
                    message('n');
                } else if (type == 'E' && isAboutSettings(String.join("\n", statements))) {
                    message('C', text("SET"));
                } else if (type == 'S' || type == 'X') {
                    return String.join("\n", statements);
                }
            }
        }

        private void columns(int count) throws IOException {
            var body = new ByteArrayOutputStream();
            body.writeBytes(new byte[] {0, (byte) count});
            for (int i = 0; i < count; i++) {
                body.writeBytes(text("c" + i));
                body.writeBytes(number(0));
                body.writeBytes(new byte[2]);
                body.writeBytes(number(25)); // text
                body.writeBytes(new byte[] {-1, -1, -1, -1, -1, -1, 0, 0});
            }
            message('T', body.toByteArray());
        }

        /** The next message of the client, without its head. */
        private byte[] next() throws IOException {
            in.readUnsignedByte();
            return in.readNBytes(in.readInt() - 4);
        }

        private void header(char type, int length) throws IOException {
            out.writeByte(type);
            out.writeInt(length);
            out.flush();
        }

        private void message(char type, byte[]... parts) throws IOException {
            send(messageOf(type, parts));
        }

        private void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        private void repeat(byte[] message) throws IOException {
            var many = new ByteArrayOutputStream();
            while (many.size() < 1 << 16) {
                many.writeBytes(message);
            }
            while (true) {
                send(many.toByteArray());
            }
        }

        /** A byte, and after a while another. */
        private void drip() throws IOException {
            while (!Thread.currentThread().isInterrupted()) {
                send(new byte[] {'x'});
                LockSupport.parkNanos(100_000_000);
            }
        }
    }
}
