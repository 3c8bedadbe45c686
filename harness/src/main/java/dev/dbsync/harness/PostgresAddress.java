package dev.dbsync.harness;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where a database is and as whom to go there. */
record PostgresAddress(String host, int port, String database, String username, String password) {

    /** @throws IllegalArgumentException if the text is no {@code postgresql://user:password@host:port/database} */
    static PostgresAddress parse(String url) {
        URI uri = URI.create(url);
        boolean known = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
        if (!known || uri.getHost() == null || uri.getRawUserInfo() == null) {
            throw new IllegalArgumentException(PostgresServer.URL_PROPERTY + " or " + PostgresServer.URL_VARIABLE
                    + " must look like postgresql://user:password@host:port/database");
        }
        String[] user = uri.getRawUserInfo().split(":", 2);
        String database = uri.getPath() == null || uri.getPath().length() < 2
                ? "postgres"
                : uri.getPath().substring(1);
        return new PostgresAddress(
                uri.getHost(),
                uri.getPort() < 0 ? 5432 : uri.getPort(),
                database,
                decoded(user[0]),
                user.length < 2 ? "" : decoded(user[1]));
    }

    PostgresAddress ofDatabase(String name) {
        return new PostgresAddress(host, port, name, username, password);
    }

    PostgresAddress as(String otherUsername, String otherPassword) {
        return new PostgresAddress(host, port, database, otherUsername, otherPassword);
    }

    /** As libpq writes it, without credentials. */
    String url() {
        return "postgresql://" + host + ":" + port + "/" + database;
    }

    String jdbcUrl() {
        return "jdbc:" + url();
    }

    /** As libpq writes it, with credentials. */
    String connectionString() {
        String credentials = password.isEmpty() ? encoded(username) : encoded(username) + ":" + encoded(password);
        return "postgres://" + credentials + "@" + host + ":" + port + "/" + database;
    }

    /** Without credentials. */
    @Override
    public String toString() {
        return url();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
