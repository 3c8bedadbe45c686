package dev.dbsync.poller;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Gives {@code sslmode} and {@code sslrootcert} of the internal database's URL the meaning libpq gives them, and keeps a
 * server that is away from holding a connection attempt for long.
 */
@Singleton
class InternalDatabasePool implements PgPoolCreator {

    private static final String MODE = "sslmode=";
    private static final String ROOT_CERTIFICATE = "sslrootcert=";
    private static final int CONNECT_TIME_OUT_MILLIS = 5000;

    private final String url;

    InternalDatabasePool(@ConfigProperty(name = "dbsync.internal-db.url") String url) {
        this.url = url;
    }

    @Override
    public Pool create(Input input) {
        return Pool.pool(input.vertx(), adjusted(input.pgConnectOptionsList().get(0), url), input.poolOptions());
    }

    static PgConnectOptions adjusted(PgConnectOptions given, String url) {
        var options = new PgConnectOptions(given);
        options.setConnectTimeout(CONNECT_TIME_OUT_MILLIS);
        options.setTcpKeepAlive(true);
        if (parameter(url, MODE).isEmpty()) {
            options.setSslMode(SslMode.PREFER);
        }
        if (options.getSslMode() == SslMode.VERIFY_FULL) {
            options.setHostnameVerificationAlgorithm("HTTPS");
        }
        Optional<String> rootCertificate = parameter(url, ROOT_CERTIFICATE);
        if (rootCertificate.isPresent()) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(rootCertificate.get()));
        } else if (options.getSslMode() != SslMode.VERIFY_CA && options.getSslMode() != SslMode.VERIFY_FULL) {
            // As libpq: encrypted, whoever answers.
            options.setTrustAll(true);
        }
        return options;
    }

    /** Read from the URL itself, because the client's own parser drops what it does not know. */
    private static Optional<String> parameter(String url, String prefix) {
        return Stream.ofNullable(URI.create(url).getRawQuery())
                .flatMap(query -> Stream.of(query.split("&")))
                .filter(parameter -> parameter.startsWith(prefix))
                .map(parameter -> URLDecoder.decode(parameter.substring(prefix.length()), StandardCharsets.UTF_8))
                .findFirst();
    }
}
