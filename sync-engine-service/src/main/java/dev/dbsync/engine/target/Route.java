package dev.dbsync.engine.target;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * The way to one target: the addresses just checked, and what became of the connection on it. The driver makes its socket
 * factory, TLS factory and password source by class name, in whatever class loader it was loaded by; so what they need travels
 * in the connection's properties and is made of the JDK's types alone. Thread-safe.
 */
final class Route {

    static final String CONNECT = "dbsync.route.connect";
    static final String ENCRYPT = "dbsync.route.encrypt";
    static final String PASSWORD = "dbsync.route.password";

    /** Certificates, a few parameters, an error message. */
    private static final long MAX_LOGIN_ANSWER = 1 << 20;

    private static final String NO_CIPHER = "SSL_NULL_WITH_NULL_NULL";

    private final ConnectionSettings settings;
    private final SslMode sslMode;
    private final List<InetAddress> addresses;
    private final Duration connectTimeout;
    private final SSLContext tls;
    private final long maxAnswer;

    /** Those not known to be closed; of the connection, of its attempts, of cancel requests. */
    private final Set<BoundedSocket> lines = ConcurrentHashMap.newKeySet();

    private volatile InetAddress reached;
    private volatile boolean cutOff;
    private volatile boolean settled;
    private volatile SSLSocket tlsSocket;
    private volatile BoundedTlsSocket encrypted;

    /**
     * @param addresses every one allowed
     * @param maxAnswer bytes the server may send before we speak again
     */
    Route(
            ConnectionSettings settings,
            SslMode sslMode,
            List<InetAddress> addresses,
            Duration connectTimeout,
            long maxAnswer,
            SSLContext tls) {
        this.settings = settings;
        this.sslMode = sslMode;
        this.addresses = List.copyOf(addresses);
        this.connectTimeout = connectTimeout;
        this.maxAnswer = maxAnswer;
        this.tls = tls;
    }

    /** Lets {@link RouteSocketFactory}, {@link RouteTlsFactory} and {@link RoutePassword} find this route. */
    void addTo(Properties properties) {
        Callable<Socket> connect = this::connect;
        UnaryOperator<Socket> encrypt = this::encrypt;
        Function<String, char[]> password = this::password;
        properties.put(CONNECT, connect);
        properties.put(ENCRYPT, encrypt);
        properties.put(PASSWORD, password);
    }

    /** A connected socket: to the address reached before if there is one (a cancel request), else to the first that answers. */
    private Socket connect() throws IOException {
        tlsSocket = null;
        List<InetAddress> candidates = reached == null ? addresses : List.of(reached);
        long deadline = System.nanoTime() + connectTimeout.toNanos();
        IOException failure = null;
        for (int i = 0; i < candidates.size(); i++) {
            long share = (deadline - System.nanoTime()) / (candidates.size() - i) / 1_000_000;
            try {
                Socket socket = connect(candidates.get(i), (int) Math.max(1, share));
                reached = candidates.get(i);
                return socket;
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        throw failure;
    }

    private Socket connect(InetAddress address, int timeoutMillis) throws IOException {
        var socket = new BoundedSocket(settled ? maxAnswer : MAX_LOGIN_ANSWER);
        lines.removeIf(Socket::isClosed);
        lines.add(socket);
        try {
            if (cutOff && !settled) {
                throw new SocketTimeoutException("The login took too long");
            }
            socket.connect(new InetSocketAddress(address, settings.port()), timeoutMillis);
            return socket;
        } catch (IOException e) {
            lines.remove(socket);
            socket.close();
            throw e;
        }
    }

    /** TLS on top of a connected socket, with the server's name as the connection string has it. */
    private Socket encrypt(Socket socket) {
        try {
            var wire = (BoundedSocket) socket;
            wire.carriesTls();
            var encrypting =
                    (SSLSocket) tls.getSocketFactory().createSocket(socket, settings.host(), settings.port(), true);
            if (sslMode == SslMode.VERIFY_FULL) {
                SSLParameters parameters = encrypting.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                encrypting.setSSLParameters(parameters);
            }
            tlsSocket = encrypting;
            encrypted = new BoundedTlsSocket(encrypting, wire, settled ? maxAnswer : MAX_LOGIN_ANSWER);
            return encrypted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The password, where the server asks for it in a way we accept. A server may ask for anything: for our Kerberos tickets, or
     * for the password in clear over a public network.
     */
    private char[] password(String authenticationType) {
        if (authenticationType.equals("GSS")) {
            throw new IllegalStateException(
                    "the server asks for Kerberos (GSSAPI) authentication, which is not supported");
        }
        if (authenticationType.equals("CLEARTEXT_PASSWORD") && !mayShowPassword(reached)) {
            throw new IllegalStateException(
                    "the server asks for the password in clear over an unencrypted public connection");
        }
        if (settings.password().isEmpty()) {
            throw new IllegalStateException("the server asks for a password and the connection string has none");
        }
        return settings.password().toCharArray();
    }

    /** Whether the present connection's TLS handshake is done. */
    private boolean isEncrypted() {
        return tlsSocket != null && !NO_CIPHER.equals(tlsSocket.getSession().getCipherSuite());
    }

    /** Whether a handshake was begun and did not come to its end. */
    boolean tlsFailed() {
        return tlsSocket != null && !isEncrypted();
    }

    /** Whether the server was reached, was asked for TLS because it must have it, and no handshake was begun. */
    boolean tlsRefused() {
        return sslMode.requiresTls() && reached != null && tlsSocket == null;
    }

    /** Whether the password may be sent as it is: over TLS, or where nobody on the way is a stranger. */
    boolean mayShowPassword(InetAddress to) {
        return isEncrypted() || AddressKind.of(to) != AddressKind.GLOBAL;
    }

    /** Ends a connect call that takes too long: a server may answer one byte at a time for ever. */
    void cutOff() {
        cutOff = true;
        hangUp();
    }

    /**
     * Ends whatever is under way, at once. On the wire: TLS would take leave first, and whoever calls this has others to look after.
     */
    void hangUp() {
        lines.forEach(Route::closeQuietly);
    }

    /** The connect call is over: longer answers are expected, and later sockets, of cancel requests, have their own time-outs. */
    void settled() {
        settled = true;
        lines.forEach(socket -> socket.limit(maxAnswer));
        if (encrypted != null) {
            encrypted.limit(maxAnswer);
        }
    }

    boolean wasCutOff() {
        return cutOff;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It was to be gone, and is.
        }
    }
}
