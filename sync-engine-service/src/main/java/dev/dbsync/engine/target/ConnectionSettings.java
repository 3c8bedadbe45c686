package dev.dbsync.engine.target;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * What a connection string says, taken apart and checked; see {@link ConnectionString}.
 *
 * @param host ASCII, lower case; an IPv6 address without brackets
 * @param password empty where the string has none
 * @param sslMode empty where the string leaves it to us: TLS is then required of public addresses and preferred elsewhere
 * @param connectTimeout empty where the string leaves it to the configuration
 * @param endpoint what {@code options=endpoint=…} names, for providers that route by it
 */
public record ConnectionSettings(
        String host,
        int port,
        String database,
        String user,
        String password,
        Optional<SslMode> sslMode,
        ChannelBinding channelBinding,
        Optional<Duration> connectTimeout,
        String applicationName,
        Optional<String> endpoint) {

    /** A connection string that may be shown: the password is three asterisks. */
    public String redacted() {
        var text = new StringBuilder("postgres://").append(encoded(user));
        if (!password.isEmpty()) {
            text.append(":***");
        }
        text.append('@').append(host.contains(":") ? "[" + host + "]" : host);
        text.append(':').append(port).append('/').append(encoded(database));
        sslMode.ifPresent(mode -> text.append("?sslmode=").append(mode.word()));
        return text.toString();
    }

    @Override
    public String toString() {
        return redacted();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
