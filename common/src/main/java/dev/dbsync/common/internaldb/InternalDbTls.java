package dev.dbsync.common.internaldb;

import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

/** Gives {@code sslmode} and {@code sslrootcert} of the internal database's URL the meaning libpq gives them. */
public final class InternalDbTls {

    private InternalDbTls() {}

    /**
     * Sets what the URL says; the reactive client's own parser drops what it does not know.
     *
     * @param url of the internal database, checked at start
     */
    public static void apply(PgConnectOptions options, String url) {
        SslMode mode = SslMode.of(parameter(url, "sslmode").orElse("prefer"));
        options.setSslMode(mode);
        if (mode == SslMode.VERIFY_FULL) {
            options.setHostnameVerificationAlgorithm("HTTPS");
        }
        Optional<String> rootCertificate = parameter(url, "sslrootcert");
        if (rootCertificate.isPresent()) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(rootCertificate.get()));
        } else if (mode != SslMode.VERIFY_CA && mode != SslMode.VERIFY_FULL) {
            // As libpq: encrypted, whoever answers.
            options.setTrustAll(true);
        }
    }

    private static Optional<String> parameter(String url, String name) {
        String prefix = name + "=";
        return Stream.ofNullable(URI.create(url).getRawQuery())
                .flatMap(query -> Stream.of(query.split("&")))
                .filter(parameter -> parameter.startsWith(prefix))
                .map(parameter -> URLDecoder.decode(parameter.substring(prefix.length()), StandardCharsets.UTF_8))
                .findFirst();
    }
}
