package dev.dbsync.engine.target;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads a libpq URI with one host and an allow-list of parameters. The text itself goes no further: drivers get
 * {@link ConnectionSettings}. No message repeats any part of the text but the name of a refused parameter, because a password
 * that is not percent-encoded may turn up in any part.
 */
public final class ConnectionString {

    /** Sent to the server where the string names no other. */
    public static final String DEFAULT_APPLICATION_NAME = "external-db-sync";

    private static final int DEFAULT_PORT = 5432;
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_APPLICATION_NAME = 63;
    private static final Duration LONGEST_CONNECT_TIMEOUT = Duration.ofSeconds(30);
    private static final Set<String> PARAMETERS =
            new TreeSet<>(Set.of("sslmode", "channel_binding", "connect_timeout", "application_name", "options"));
    private static final Pattern PARAMETER_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,40}");
    private static final Pattern ENDPOINT = Pattern.compile("endpoint=([A-Za-z0-9-]{1,63})");

    private ConnectionString() {}

    /**
     * @param text {@code postgres://user:password@host:port/database?parameter=value&…}, percent-encoded UTF-8
     * @throws InvalidConnectionStringException saying what is wrong and what would be right
     */
    public static ConnectionSettings parse(String text) throws InvalidConnectionStringException {
        String rest = withoutScheme(text);
        int queryStart = rest.indexOf('?');
        String beforeQuery = queryStart < 0 ? rest : rest.substring(0, queryStart);
        String query = queryStart < 0 ? "" : rest.substring(queryStart + 1);
        int pathStart = beforeQuery.indexOf('/');
        String authority = pathStart < 0 ? beforeQuery : beforeQuery.substring(0, pathStart);
        String path = pathStart < 0 ? "" : beforeQuery.substring(pathStart + 1);

        int at = authority.indexOf('@');
        if (at < 0) {
            throw invalid("names no user; it should read postgres://user:password@host:port/database"
                    + " (write / ? # @ in a password as %2F %3F %23 %40)");
        }
        String hostAndPort = authority.substring(at + 1);
        if (hostAndPort.contains("@")) {
            throw invalid("has more than one '@'; write an '@' in the user name or password as %40");
        }
        String userInfo = authority.substring(0, at);
        int colon = userInfo.indexOf(':');
        String user = decoded("user", colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = colon < 0 ? "" : decoded("password", userInfo.substring(colon + 1));
        HostName host = host(hostAndPort);
        int port = port(hostAndPort);
        String database = decoded("database", path);
        if (user.isEmpty()) {
            throw invalid("names no user; it should read postgres://user:password@host:port/database");
        }
        if (database.isEmpty()) {
            throw invalid("names no database; it should end in /database");
        }
        Map<String, String> parameters = parameters(query);
        return new ConnectionSettings(
                host.text(),
                port,
                database,
                user,
                password,
                sslMode(parameters),
                channelBinding(parameters),
                connectTimeout(parameters),
                applicationName(parameters),
                endpoint(parameters));
    }

    private static String withoutScheme(String text) throws InvalidConnectionStringException {
        if (text == null || text.isBlank()) {
            throw invalid("is empty; it should read postgres://user:password@host:port/database");
        }
        if (text.length() > MAX_LENGTH) {
            throw invalid("is longer than " + MAX_LENGTH + " characters");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw invalid("contains a control character");
        }
        for (String scheme : new String[] {"postgres://", "postgresql://"}) {
            if (text.startsWith(scheme)) {
                return text.substring(scheme.length());
            }
        }
        throw invalid("must begin with postgres:// or postgresql://");
    }

    private static HostName host(String hostAndPort) throws InvalidConnectionStringException {
        if (hostAndPort.contains(",")) {
            throw invalid("names several hosts; exactly one is taken");
        }
        String text;
        if (hostAndPort.startsWith("[")) {
            int end = hostAndPort.indexOf(']');
            String after = end < 0 ? "" : hostAndPort.substring(end + 1);
            if (end < 0
                    || !(after.isEmpty() || after.startsWith(":"))
                    || !hostAndPort.substring(0, end).contains(":")) {
                throw invalid("has an IPv6 address that does not read [address] or [address]:port");
            }
            text = hostAndPort.substring(1, end);
        } else {
            int colon = hostAndPort.indexOf(':');
            text = decoded("host", colon < 0 ? hostAndPort : hostAndPort.substring(0, colon));
            if (text.contains(":")) {
                throw invalid("has an IPv6 address outside brackets; write [address]:port");
            }
        }
        if (text.isEmpty()) {
            throw invalid("names no host");
        }
        if (text.contains(",")) {
            throw invalid("names several hosts; exactly one is taken");
        }
        if (text.startsWith("/") || text.startsWith("@")) {
            throw invalid("names a Unix-domain socket; only hosts reached over TCP are taken");
        }
        try {
            return HostName.of(text);
        } catch (IllegalArgumentException e) {
            throw invalid("is not usable: " + uncapitalised(e.getMessage()));
        }
    }

    private static int port(String hostAndPort) throws InvalidConnectionStringException {
        int colon = hostAndPort.indexOf(':', Math.max(0, hostAndPort.indexOf(']')));
        if (colon < 0) {
            return DEFAULT_PORT;
        }
        String text = hostAndPort.substring(colon + 1);
        if (text.isEmpty()) {
            return DEFAULT_PORT;
        }
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65535) {
            throw invalid("has a port that is not a number from 1 to 65535");
        }
        return port;
    }

    private static Map<String, String> parameters(String query) throws InvalidConnectionStringException {
        var found = new HashMap<String, String>();
        if (query.isEmpty()) {
            return found;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded("parameters", equals < 0 ? pair : pair.substring(0, equals));
            if (!PARAMETERS.contains(name)) {
                String shown = PARAMETER_NAME.matcher(name).matches() ? "the parameter '" + name + "'" : "a parameter";
                throw invalid("has " + shown + " that is not taken; those taken are " + String.join(", ", PARAMETERS));
            }
            if (equals < 0 || pair.indexOf('=', equals + 1) >= 0) {
                throw invalid("has the parameter '" + name + "' not in the form name=value ('=' in a value is %3D)");
            }
            if (found.put(name, decoded("parameter '" + name + "'", pair.substring(equals + 1))) != null) {
                throw invalid("has the parameter '" + name + "' twice");
            }
        }
        return found;
    }

    private static Optional<SslMode> sslMode(Map<String, String> parameters) throws InvalidConnectionStringException {
        String word = parameters.get("sslmode");
        if (word == null) {
            return Optional.empty();
        }
        return Optional.of(SslMode.of(word)
                .orElseThrow(() -> invalid(
                        "has an sslmode that is none of disable, allow, prefer, require, verify-ca, verify-full")));
    }

    private static ChannelBinding channelBinding(Map<String, String> parameters)
            throws InvalidConnectionStringException {
        return ChannelBinding.of(parameters.getOrDefault("channel_binding", "prefer"))
                .orElseThrow(() -> invalid("has a channel_binding that is none of disable, prefer, require"));
    }

    private static Optional<Duration> connectTimeout(Map<String, String> parameters)
            throws InvalidConnectionStringException {
        String seconds = parameters.get("connect_timeout");
        if (seconds == null) {
            return Optional.empty();
        }
        if (!seconds.matches("[0-9]{1,9}")) {
            throw invalid("has a connect_timeout that is not a number of seconds");
        }
        Duration timeout = Duration.ofSeconds(Long.parseLong(seconds));
        if (timeout.isZero()) { // libpq's "wait for ever", which we never do
            return Optional.of(LONGEST_CONNECT_TIMEOUT);
        }
        return Optional.of(timeout.compareTo(LONGEST_CONNECT_TIMEOUT) > 0 ? LONGEST_CONNECT_TIMEOUT : timeout);
    }

    private static String applicationName(Map<String, String> parameters) throws InvalidConnectionStringException {
        String name = parameters.getOrDefault("application_name", DEFAULT_APPLICATION_NAME);
        if (name.isEmpty() || name.length() > MAX_APPLICATION_NAME) {
            throw invalid("has an application_name that is not 1 to " + MAX_APPLICATION_NAME + " characters long");
        }
        return name;
    }

    private static Optional<String> endpoint(Map<String, String> parameters) throws InvalidConnectionStringException {
        String options = parameters.get("options");
        if (options == null) {
            return Optional.empty();
        }
        var endpoint = ENDPOINT.matcher(options);
        if (!endpoint.matches()) {
            throw invalid("has options other than options=endpoint%3D<id>, the only form taken");
        }
        return Optional.of(endpoint.group(1));
    }

    /** Percent-decoding alone: a plus sign is a plus sign here. */
    private static String decoded(String part, String text) throws InvalidConnectionStringException {
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (codePoint == '%') {
                bytes.write(hexByte(part, text, i + 1));
                i += 3;
            } else {
                bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(codePoint);
            }
        }
        String decoded;
        try {
            decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw invalid("has percent-encoded bytes in its " + part + " that are not UTF-8");
        }
        if (decoded.chars().anyMatch(Character::isISOControl)) {
            throw invalid("contains a control character in its " + part);
        }
        return decoded;
    }

    private static int hexByte(String part, String text, int start) throws InvalidConnectionStringException {
        int high = start < text.length() ? hexDigit(text.charAt(start)) : -1;
        int low = start + 1 < text.length() ? hexDigit(text.charAt(start + 1)) : -1;
        if (high < 0 || low < 0) {
            throw invalid("has a '%' in its " + part
                    + " that two hexadecimal digits do not follow; write a percent sign as %25");
        }
        return high * 16 + low;
    }

    /** ASCII digits alone, unlike {@link Character#digit(char, int)}. */
    private static int hexDigit(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    private static String uncapitalised(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private static InvalidConnectionStringException invalid(String predicate) {
        return new InvalidConnectionStringException("The connection string " + predicate);
    }
}
