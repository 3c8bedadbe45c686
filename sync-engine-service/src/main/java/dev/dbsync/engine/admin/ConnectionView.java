package dev.dbsync.engine.admin;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * What is shown of a connection string.
 *
 * @param redacted the string with three asterisks for a password, without parameters
 */
public record ConnectionView(String redacted, String host, int port, String database, String user) {

    /** Of the parts that are stored in clear. */
    public static ConnectionView of(String host, int port, String database, String user) {
        String address = host.contains(":") ? "[" + host + "]" : host;
        String redacted = "postgres://%s:***@%s:%d/%s".formatted(encoded(user), address, port, encoded(database));
        return new ConnectionView(redacted, host, port, database, user);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
