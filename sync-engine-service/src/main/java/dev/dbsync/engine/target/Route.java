package dev.dbsync.engine.target;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * The way to one target: the addresses just checked, and what became of the connection on it. The driver makes its socket
 * factory, TLS factory and password source by class name, so they find their route by a token that lives as long as the
 * driver's connect call. Thread-safe.
 */
final class Route implements AutoCloseable {

    private static final String NO_CIPHER = "SSL_NULL_WITH_NULL_NULL";
    private static final Map<String, Route> OPEN = new ConcurrentHashMap<>();

    private final String token = UUID.randomUUID().toString();
    private final ConnectionSettings settings;
    private final SslMode sslMode;
    private final List<InetAddress> addresses;
    private final Duration connectTimeout;
    private final SSLContext tls;
    private final Set<Socket> connecting = ConcurrentHashMap.newKeySet();

    private volatile InetAddress reached;
    private volatile boolean cutOff;
    private volatile SSLSocket tlsSocket;

    /** @param addresses every one allowed */
    Route(
            ConnectionSettings settings,
            SslMode sslMode,
            List<InetAddress> addresses,
            Duration connectTimeout,
            SSLContext tls) {
        this.settings = settings;
        this.sslMode = sslMode;
        this.addresses = List.copyOf(addresses);
        this.connectTimeout = connectTimeout;
        this.tls = tls;
        OPEN.put(token, this);
    }

    /** @throws IllegalStateException if the connect call it belonged to is over */
    static Route of(String token) {
        Route route = OPEN.get(token);
        if (route == null) {
            throw new IllegalStateException("No connection to a target is being made under this token");
        }
        return route;
    }

    String token() {
        return token;
    }

    /** A connected socket: to the address reached before if there is one (a cancel request), else to the first that answers. */
    Socket connect() throws IOException {
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
        var socket = new Socket(Proxy.NO_PROXY); // a proxy would resolve and connect by rules of its own
        connecting.add(socket);
        try {
            if (cutOff) {
                throw new SocketTimeoutException("The login took too long");
            }
            socket.connect(new InetSocketAddress(address, settings.port()), timeoutMillis);
            return socket;
        } catch (IOException e) {
            connecting.remove(socket);
            socket.close();
            throw e;
        }
    }

    /** TLS on top of a connected socket, with the server's name as the connection string has it. */
    Socket encrypt(Socket socket, boolean autoClose) throws IOException {
        var encrypting =
                (SSLSocket) tls.getSocketFactory().createSocket(socket, settings.host(), settings.port(), autoClose);
        if (sslMode == SslMode.VERIFY_FULL) {
            SSLParameters parameters = encrypting.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            encrypting.setSSLParameters(parameters);
        }
        tlsSocket = encrypting;
        return encrypting;
    }

    String password() {
        return settings.password();
    }

    /** Whether the present connection's TLS handshake is done. */
    boolean isEncrypted() {
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
    boolean mayShowPassword() {
        return isEncrypted() || AddressKind.of(reached) != AddressKind.GLOBAL;
    }

    /** Ends a connect call that takes too long: a server may answer one byte at a time for ever. */
    void cutOff() {
        cutOff = true;
        connecting.forEach(Route::closeQuietly);
    }

    boolean wasCutOff() {
        return cutOff;
    }

    @Override
    public void close() {
        OPEN.remove(token);
        connecting.clear();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It was to be gone, and is.
        }
    }
}
