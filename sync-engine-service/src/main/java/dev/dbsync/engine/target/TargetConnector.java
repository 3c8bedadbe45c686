package dev.dbsync.engine.target;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.WeakHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.HostSpec;

/**
 * Opens JDBC connections to targets. The host is resolved and checked on every connect and the connection goes to the checked
 * address, so a name that changes its mind in between gains nothing. The driver's connection is made without its front door,
 * which would parse a URL, look for defaults on the class path and read {@code ~/.pgpass}; it gets properties alone. Nothing is
 * set on the session, so that a pooler in transaction mode may stand in between: time-outs are set by {@code SET LOCAL}, see
 * {@link TargetsConfig}. Thread-safe.
 */
@ApplicationScoped
public class TargetConnector {

    /** What the connection's metadata gives as its URL; nobody reads it. */
    private static final String URL = "jdbc:postgresql:";

    private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(5);

    private final TargetsConfig config;
    private final AddressGuard guard;
    private final SSLContext verifying;
    private final SSLContext trusting = trustingEveryone();

    /** The way each open connection took. Weak, so that nobody need tell when one is closed. */
    private final Map<Connection, Route> routes = Collections.synchronizedMap(new WeakHashMap<>());

    private final ScheduledExecutorService watchdog = watchdog();

    /** What is over in time leaves its queue at once: there may be hundreds of runs a second, and each would hold its connection. */
    private static ScheduledExecutorService watchdog() {
        var executor = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "target-login-watchdog");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    @Inject
    public TargetConnector(TargetsConfig config, AddressGuard guard) {
        this(config, guard, jdkTrustStore());
    }

    /** @param verifying trusts the authorities that {@code verify-ca} and {@code verify-full} rely on */
    TargetConnector(TargetsConfig config, AddressGuard guard, SSLContext verifying) {
        this.config = config;
        this.guard = guard;
        this.verifying = verifying;
    }

    /**
     * A new connection, in auto-commit, that the caller closes. {@link TargetFault#from} explains whatever is thrown.
     *
     * @throws ForbiddenAddressException if the host is, or resolves to, an address that is not allowed
     * @throws java.net.UnknownHostException if it does not resolve
     * @throws SSLException if the encryption that the settings ask for cannot be had
     */
    public Connection connect(ConnectionSettings settings) throws IOException, SQLException {
        List<InetAddress> addresses = guard.resolve(settings.host());
        SslMode sslMode = sslMode(settings, addresses);
        Duration connectTimeout = settings.connectTimeout().orElse(config.connectTimeout());
        SSLContext tls = sslMode.verifiesCertificate() ? verifying : trusting;
        var route = new Route(
                settings, sslMode, addresses, connectTimeout, config.maxAnswer().asLongValue(), tls);
        Duration limit = connectTimeout.plus(config.loginTimeout());
        ScheduledFuture<?> cut = watchdog.schedule(route::cutOff, limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            HostSpec[] host = {new HostSpec(settings.host(), settings.port())};
            var connection = new PgConnection(host, properties(settings, sslMode, route), URL);
            routes.put(connection, route);
            return connection;
        } catch (SQLException e) {
            throw explained(e, route);
        } finally {
            cut.cancel(false);
            route.settled();
        }
    }

    /**
     * Bounds all work on a connection: it is torn down after {@code limit} unless the returned lease ends before. Every
     * single answer is bounded anyway; this holds against a server that answers slowly for ever, or does not listen.
     */
    public Lease limit(Connection connection, Duration limit) {
        ScheduledFuture<?> end = watchdog.schedule(() -> abort(connection), limit.toMillis(), TimeUnit.MILLISECONDS);
        return () -> end.cancel(false);
    }

    /** Time granted to work on a connection. */
    public interface Lease {

        /** The work is done; the connection may live on. */
        void end();
    }

    /** On the wire: one watchdog looks after all connections and should not take leave of a server that may not listen. */
    private void abort(Connection connection) {
        Route route = routes.get(connection);
        if (route != null) {
            route.hangUp();
        }
    }

    @PreDestroy
    void stop() {
        watchdog.shutdownNow();
    }

    /** Never without TLS to a public address unless asked. */
    static SslMode sslMode(ConnectionSettings settings, List<InetAddress> addresses) {
        boolean isPublic = addresses.stream().anyMatch(address -> AddressKind.of(address) == AddressKind.GLOBAL);
        return settings.sslMode().orElse(isPublic ? SslMode.REQUIRE : SslMode.PREFER);
    }

    private Properties properties(ConnectionSettings settings, SslMode sslMode, Route route) {
        var properties = new Properties();
        route.addTo(properties);
        PGProperty.PG_DBNAME.set(properties, settings.database());
        PGProperty.USER.set(properties, settings.user());
        PGProperty.AUTHENTICATION_PLUGIN_CLASS_NAME.set(properties, RoutePassword.class.getName());
        PGProperty.SOCKET_FACTORY.set(properties, RouteSocketFactory.class.getName());
        PGProperty.SSL_MODE.set(properties, sslMode.word());
        PGProperty.SSL_FACTORY.set(properties, RouteTlsFactory.class.getName());
        PGProperty.CHANNEL_BINDING.set(properties, settings.channelBinding().word());
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        PGProperty.GSS_LIB.set(properties, "gssapi"); // that RoutePassword refuses; the other way asks nobody
        PGProperty.JAAS_LOGIN.set(properties, false);
        PGProperty.LOGIN_TIMEOUT.set(
                properties, 0); // the driver would leave its thread behind; the watchdog closes the socket
        PGProperty.CONNECT_TIMEOUT.set(
                properties, seconds(config.loginTimeout())); // in the driver: of the TLS handshake
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds(config.socketTimeout()));
        PGProperty.CANCEL_SIGNAL_TIMEOUT.set(properties, seconds(CANCEL_TIMEOUT));
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.APPLICATION_NAME.set(properties, settings.applicationName());
        PGProperty.MAX_RESULT_BUFFER.set(
                properties, Long.toString(config.maxAnswer().asLongValue()));
        PGProperty.PREPARE_THRESHOLD.set(
                properties, 0); // a pooler in transaction mode does not keep prepared statements
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false); // DETAIL quotes rows
        settings.endpoint().ifPresent(endpoint -> PGProperty.OPTIONS.set(properties, "endpoint=" + endpoint));
        return properties;
    }

    private static int seconds(Duration duration) {
        return (int) Math.max(1, duration.toSeconds());
    }

    /** The driver says some things in its own, translated words only; they are said as exceptions here. */
    private static SQLException explained(SQLException e, Route route) throws IOException {
        IOException better = null;
        if (route.wasCutOff()) {
            better = new SocketTimeoutException("The login took too long");
        } else if (TargetFault.serverMessage(e).isEmpty() && route.tlsFailed()) {
            better = new SSLException("The TLS handshake failed");
        } else if (TargetFault.serverMessage(e).isEmpty() && route.tlsRefused() && "08004".equals(e.getSQLState())) {
            better = new SSLException("The server does not offer TLS");
        }
        if (better == null) {
            return e;
        }
        better.initCause(e);
        throw better;
    }

    private static SSLContext jdkTrustStore() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JDK has no default TLS context", e);
        }
    }

    /** {@code require} encrypts and trusts whoever answers, as libpq does. */
    private static SSLContext trustingEveryone() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustEveryone()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK has no TLS", e);
        }
    }

    /** Extended, because the JDK checks key sizes and names on top of a plain trust manager. */
    private static final class TrustEveryone extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
