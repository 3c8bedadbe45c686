package dev.dbsync.sequencer.sequence;

import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Turns the internal database's settings into options of the reactive client, with the meaning libpq gives them. */
final class InternalDbAddress {

    private static final int DEFAULT_PORT = 5432;
    private static final int CONNECT_TIMEOUT_MILLIS = 5000;

    private InternalDbAddress() {}

    /** @param silence after so long without a byte on the wire the connection counts as dead */
    static PgConnectOptions options(InternalDbConfig config, Duration silence) {
        var uri = URI.create(config.url());
        var options = new PgConnectOptions();
        options.setHost(uri.getHost());
        options.setPort(uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
        options.setDatabase(uri.getPath().substring(1));
        options.setUser(config.username());
        options.setPassword(config.password().orElse(""));
        options.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
        options.setIdleTimeout((int) silence.toSeconds());
        options.setIdleTimeoutUnit(TimeUnit.SECONDS);
        options.setTcpKeepAlive(true);
        options.addProperty("application_name", "dbsync-sequencer");
        secure(options, parameters(uri));
        return options;
    }

    /** {@code require} without a root certificate encrypts and believes whoever answers, as libpq does. */
    private static void secure(PgConnectOptions options, Map<String, String> parameters) {
        SslMode mode = SslMode.of(parameters.getOrDefault("sslmode", "prefer"));
        String rootCertificate = parameters.get("sslrootcert");
        options.setSslMode(mode);
        if (mode == SslMode.VERIFY_FULL) {
            options.setHostnameVerificationAlgorithm("HTTPS");
        }
        if (rootCertificate != null) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(rootCertificate));
        } else if (mode != SslMode.VERIFY_CA && mode != SslMode.VERIFY_FULL) {
            options.setTrustAll(true);
        }
    }

    private static Map<String, String> parameters(URI uri) {
        var parameters = new HashMap<String, String>();
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("&")) {
                String[] parts = pair.split("=", 2);
                parameters.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }
}
