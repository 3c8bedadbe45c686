package dev.dbsync.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS ends in a proxy before a real database, whose certificate is for {@code db.example.com}. */
class TargetTlsTest {

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final TestDatabase target = PostgresServer.shared().createDatabase("tls");

    @TempDir
    static Path directory;

    private static SSLContext server;
    private static SSLContext trusting;

    private final AtomicInteger handshakes = new AtomicInteger();
    private final AtomicBoolean listening = new AtomicBoolean(true);
    private FakeServer proxy;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path file = directory.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=db.example.com",
                        "-ext",
                        "san=dns:db.example.com",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        assertThat(new String(keytool.getInputStream().readAllBytes()) + keytool.waitFor())
                .endsWith("0");
        var keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, PASSWORD);
        server = SSLContext.getInstance("TLS");
        server.init(keyManagers.getKeyManagers(), null, null);

        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, PASSWORD);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        var trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trusted);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, trustManagers.getTrustManagers(), null);
    }

    @AfterAll
    static void drop() {
        target.drop();
    }

    @BeforeEach
    void startProxy() throws IOException {
        proxy = new FakeServer(this::relay);
    }

    @AfterEach
    void stopProxy() throws IOException {
        proxy.close();
    }

    @Test
    void verifiesTheNameInTheConnectionStringNotTheAddress() throws Exception {
        assertThat(outcome("db.example.com", "verify-full", trusting)).isEqualTo("connected");
        assertThat(handshakes).hasValue(1);
    }

    @Test
    void refusesACertificateForAnotherHost() throws Exception {
        assertThat(outcome("other.example.com", "verify-full", trusting)).isEqualTo("TARGET_TLS_FAILED");
        assertThat(outcome("127.0.0.1", "verify-full", trusting)).isEqualTo("TARGET_TLS_FAILED");
        assertThat(outcome("other.example.com", "verify-ca", trusting)).isEqualTo("connected");
    }

    @Test
    void refusesACertificateOfNoAuthorityThatWeTrust() throws Exception {
        SSLContext jdk = SSLContext.getDefault();

        assertThat(outcome("db.example.com", "verify-full", jdk)).isEqualTo("TARGET_TLS_FAILED");
        assertThat(outcome("db.example.com", "verify-ca", jdk)).isEqualTo("TARGET_TLS_FAILED");
    }

    @Test
    void encryptsWithoutVerifyingWhereNoMoreIsAsked() throws Exception {
        SSLContext jdk = SSLContext.getDefault();

        assertThat(outcome("other.example.com", "require", jdk)).isEqualTo("connected");
        assertThat(outcome("other.example.com", "prefer", jdk)).isEqualTo("connected");
        assertThat(handshakes).hasValue(2);
    }

    @Test
    void leavesTlsAloneWhereTheStringDoes() throws Exception {
        assertThat(outcome("other.example.com", "disable", trusting)).isEqualTo("connected");
        assertThat(handshakes).hasValue(0);
    }

    @Test
    void saysWhatIsWrongWithTheCertificate() throws Exception {
        TargetFault fault = fault("other.example.com", "verify-full", trusting);

        assertThat(fault.message()).contains("certificate is not trusted or is not for this host");
    }

    @Test
    void boundsAnswersInsideOfTlsAsWell() throws Exception {
        try (Connection connection =
                connector(new AtomicInteger()).connect(settings("db.example.com", "verify-full"))) {
            Throwable thrown =
                    catchThrowable(() -> connection.createStatement().execute("SELECT repeat('x', 20000000)"));

            assertThat(TargetFault.from(thrown).code()).isEqualTo("TARGET_ANSWER_TOO_LONG");
        }
        assertThat(handshakes).hasValue(1);
    }

    /** There is one watchdog, and it has other connections to look after. */
    @Test
    void isNotHeldUpByAServerThatDoesNotListen() throws Exception {
        TargetConnector connector = connector(new AtomicInteger(-1));
        try (Connection deaf = connector.connect(settings("db.example.com", "require"));
                Connection other = connector.connect(settings("db.example.com", "disable"))) {
            listening.set(false);
            String question = "SELECT '" + "x".repeat(32 << 20) + "'";
            var asking = CompletableFuture.supplyAsync(
                    () -> catchThrowable(() -> deaf.createStatement().execute(question)));
            connector.limit(deaf, Duration.ofMillis(500));
            connector.limit(other, Duration.ofMillis(1_000));

            Throwable thrown = catchThrowable(() -> other.createStatement().execute("SELECT pg_sleep(8)"));
            assertThat(TargetFault.from(thrown).code()).isEqualTo("TARGET_CONNECTION_LOST");
            assertThat(TargetFault.from(asking.get(10, TimeUnit.SECONDS)).code())
                    .isEqualTo("TARGET_CONNECTION_LOST");
        } finally {
            listening.set(true);
        }
    }

    /** One question to the name service, whatever is connected: the session, TLS, and the request to cancel. */
    @Test
    void resolvesOnceForSessionTlsAndCancelRequest() throws Exception {
        var asked = new AtomicInteger();
        try (Connection connection = connector(asked).connect(settings("db.example.com", "require"));
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);

            assertThat(catchThrowable(() -> statement.execute("SELECT pg_sleep(20)")))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        }
        assertThat(asked).hasValue(1);
        assertThat(proxy.connections()).isEqualTo(2);
    }

    /** The name leads here once, and elsewhere whenever it is asked again. */
    private static TargetConnector connector(AtomicInteger asked) {
        return Targets.connector(
                Map.of("dbsync.targets.allow-private-networks", "true"),
                name -> new InetAddress[] {
                    InetAddress.getByName(asked.getAndIncrement() < 1 ? "127.0.0.1" : "127.0.0.99")
                },
                trusting);
    }

    private ConnectionSettings settings(String host, String sslMode) throws Exception {
        return ConnectionString.parse("postgres://" + target.username() + ":" + target.password() + "@" + host + ":"
                + proxy.port() + "/" + target.name() + "?sslmode=" + sslMode);
    }

    private String outcome(String host, String sslMode, SSLContext verifying) throws Exception {
        TargetFault fault = fault(host, sslMode, verifying);
        return fault == null ? "connected" : fault.code();
    }

    private TargetFault fault(String host, String sslMode, SSLContext verifying) throws Exception {
        TargetConnector connector = Targets.connector(
                Map.of("dbsync.targets.allow-private-networks", "true"),
                name -> new InetAddress[] {InetAddress.getByName("127.0.0.1")},
                verifying);
        ConnectionSettings settings = ConnectionString.parse("postgres://" + target.username() + ":" + target.password()
                + "@" + host + ":" + proxy.port() + "/" + target.name() + "?sslmode=" + sslMode);
        Throwable thrown = catchThrowable(() -> {
            try (Connection connection = connector.connect(settings)) {
                assertThat(connection.isValid(5)).isTrue();
            }
        });
        return thrown == null ? null : TargetFault.from(thrown);
    }

    /** Answers a request for TLS with yes; everything after it, or instead of it, is the database's. */
    private void relay(Socket client) throws Exception {
        try (var database = new Socket(target.host(), target.port())) {
            byte[] first = client.getInputStream().readNBytes(8);
            Socket plain = client;
            if (first[4] == 0x04 && first[7] == 0x2f) {
                client.getOutputStream().write('S');
                var encrypted = (SSLSocket) server.getSocketFactory().createSocket(client, null, true);
                encrypted.setUseClientMode(false);
                encrypted.startHandshake();
                handshakes.incrementAndGet();
                plain = encrypted;
            } else {
                database.getOutputStream().write(first);
            }
            InputStream answers = database.getInputStream();
            Socket to = plain;
            var back = new Thread(() -> copy(answers, to));
            back.setDaemon(true);
            back.start();
            forward(plain.getInputStream(), database.getOutputStream());
        }
    }

    private void forward(InputStream from, OutputStream to) throws IOException {
        var buffer = new byte[8192];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            while (!listening.get() && read == buffer.length) {
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private static void copy(InputStream answers, Socket to) {
        try {
            answers.transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side has gone, and the other follows.
        }
    }
}
