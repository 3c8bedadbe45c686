package dev.dbsync.common.startup;

import io.quarkus.runtime.configuration.DurationConverter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a setting's value has to look like. Formats of secrets describe a bad value by its shape and never repeat it.
 * Immutable and thread-safe.
 */
public final class ValueFormat {

    private static final int LONGEST_QUOTE = 80;
    private static final int ENCRYPTION_KEY_BYTES = 32;
    private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9_.-]{1,63}");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Pattern PORT_PREFIX = Pattern.compile("[1-9][0-9]{1,2}");
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> DATABASE_PARAMETERS = Set.of("sslmode", "sslrootcert");

    private final String expectation;
    private final Function<String, Optional<String>> fault;

    private ValueFormat(String expectation, Function<String, Optional<String>> fault) {
        this.expectation = expectation;
        this.fault = fault;
    }

    /** What would be right, as the end of a sentence. */
    public String expectation() {
        return expectation;
    }

    /** What is wrong with the value, as the middle of a sentence; empty if nothing is. */
    Optional<String> findFault(String value) {
        return fault.apply(value);
    }

    /** @param characters the least there must be */
    static ValueFormat secret(int characters) {
        return new ValueFormat(
                "a secret of at least %d characters".formatted(characters),
                value -> value.strip().length() >= characters
                        ? Optional.empty()
                        : Optional.of(
                                "has %d characters".formatted(value.strip().length())));
    }

    static ValueFormat encryptionKeys() {
        return new ValueFormat(
                "keyId:base64(32 bytes)[,keyId:base64(32 bytes)...] with a different id for every key",
                ValueFormat::faultOfKeys);
    }

    static ValueFormat tokenHashes() {
        return new ValueFormat(
                "name:sha256 in 64 hexadecimal digits[,name:sha256...] with a different name for every token",
                ValueFormat::faultOfTokenHashes);
    }

    static ValueFormat duration() {
        return new ValueFormat(
                "a duration longer than zero, such as 50ms, 5m or PT5M", quoting(ValueFormat::isPositiveDuration));
    }

    /** What may be switched off by it. */
    static ValueFormat durationOrZero() {
        return new ValueFormat(
                "a duration, such as 50ms, 5m or PT5M, or 0 for never",
                quoting(value -> isDurationOf(value, duration -> !duration.isNegative())));
    }

    static ValueFormat positiveInteger() {
        return new ValueFormat("a whole number from 1 to 2147483647", quoting(ValueFormat::isPositiveInteger));
    }

    static ValueFormat flag() {
        return new ValueFormat("true or false", quoting(value -> value.equals("true") || value.equals("false")));
    }

    static ValueFormat oneOf(List<String> choices) {
        return new ValueFormat(String.join(" or ", choices), quoting(choices::contains));
    }

    /** An http(s) URL with nothing behind its path. */
    static ValueFormat httpUrl() {
        return new ValueFormat(
                "an http or https URL without credentials, query or fragment, such as https://sync.example.com",
                ValueFormat::faultOfHttpUrl);
    }

    static ValueFormat httpUrls() {
        return new ValueFormat(
                "http or https URLs without credentials, query or fragment, separated by commas",
                value -> Stream.of(value.split(",", -1))
                        .map(url -> faultOfHttpUrl(url.strip()))
                        .flatMap(Optional::stream)
                        .findFirst());
    }

    /** Whom tokens are believed from, so nobody on the way may answer in its place. */
    static ValueFormat issuerUrl() {
        return new ValueFormat(
                "an https URL without credentials, query or fragment, exactly as it stands in the tokens' iss"
                        + " (http on localhost only)",
                ValueFormat::faultOfIssuer);
    }

    /** A single line. */
    static ValueFormat text(String expectation) {
        return new ValueFormat(
                expectation,
                quoting(value -> !value.isEmpty()
                        && value.equals(value.strip())
                        && !CONTROL.matcher(value).find()));
    }

    static ValueFormat internalDatabaseUrl() {
        return new ValueFormat(
                "postgresql://host[:port]/database[?sslmode=...&sslrootcert=...] without credentials,"
                        + " which belong in DBSYNC_INTERNAL_DB_USERNAME and DBSYNC_INTERNAL_DB_PASSWORD",
                ValueFormat::faultOfDatabaseUrl);
    }

    static ValueFormat existingDirectory() {
        return new ValueFormat("a directory that exists and can be read", quoting(ValueFormat::isReadableDirectory));
    }

    static ValueFormat portPrefix() {
        return new ValueFormat(
                "the first two or three digits of the ports, from 10 to 654",
                quoting(value -> PORT_PREFIX.matcher(value).matches() && Integer.parseInt(value) <= 654));
    }

    private static Function<String, Optional<String>> quoting(Predicate<String> accepts) {
        return value -> accepts.test(value) ? Optional.empty() : Optional.of("is " + quoted(value));
    }

    /** One line, whatever was in it. */
    private static String quoted(String value) {
        String line = value.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST_QUOTE ? "'" + line + "'" : "'" + line.substring(0, LONGEST_QUOTE) + "...'";
    }

    private static Optional<String> faultOfTokenHashes(String value) {
        var names = new HashSet<String>();
        int position = 0;
        for (String entry : value.split(",", -1)) {
            position++;
            int colon = entry.indexOf(':');
            String name = colon < 0 ? "" : entry.substring(0, colon).strip();
            if (!KEY_ID.matcher(name).matches()) {
                return Optional.of("has no name of letters, digits, '_', '.' and '-' in entry %d".formatted(position));
            }
            if (!names.add(name)) {
                return Optional.of("repeats the name of an earlier entry in entry %d".formatted(position));
            }
            if (!SHA_256.matcher(entry.substring(colon + 1).strip()).matches()) {
                return Optional.of("holds something else than a SHA-256 in entry %d".formatted(position));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> faultOfKeys(String value) {
        var ids = new HashSet<String>();
        int position = 0;
        for (String entry : value.split(",", -1)) {
            position++;
            int colon = entry.indexOf(':');
            String id = colon < 0 ? "" : entry.substring(0, colon).strip();
            if (!KEY_ID.matcher(id).matches()) {
                return Optional.of(
                        "has no key id of letters, digits, '_', '.' and '-' in entry %d".formatted(position));
            }
            if (!ids.add(id)) {
                return Optional.of("repeats the key id of an earlier entry in entry %d".formatted(position));
            }
            int bytes = decodedLength(entry.substring(colon + 1).strip());
            if (bytes != ENCRYPTION_KEY_BYTES) {
                return Optional.of(
                        bytes < 0
                                ? "holds something else than base64 in entry %d".formatted(position)
                                : "has a key of %d bytes in entry %d".formatted(bytes, position));
            }
        }
        return Optional.empty();
    }

    /** Minus one where it is not base64. */
    private static int decodedLength(String base64) {
        try {
            return Base64.getDecoder().decode(base64).length;
        } catch (IllegalArgumentException notBase64) {
            return -1;
        }
    }

    private static boolean isPositiveDuration(String value) {
        return isDurationOf(value, duration -> !duration.isZero() && !duration.isNegative());
    }

    private static boolean isDurationOf(String value, Predicate<Duration> kind) {
        try {
            Duration duration = DurationConverter.parseDuration(value);
            return duration != null && kind.test(duration);
        } catch (IllegalArgumentException notADuration) {
            return false;
        }
    }

    private static boolean isPositiveInteger(String value) {
        try {
            return Integer.parseInt(value) > 0 && value.charAt(0) != '+';
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }

    private static boolean isReadableDirectory(String value) {
        try {
            return Files.isDirectory(Path.of(value)) && Files.isReadable(Path.of(value));
        } catch (InvalidPathException notAPath) {
            return false;
        }
    }

    private static Optional<String> faultOfHttpUrl(String value) {
        if (value.contains("@")) {
            return Optional.of("holds an '@', as if credentials were inside");
        }
        boolean good = parsed(value)
                .filter(url -> url.getScheme() != null
                        && Set.of("http", "https").contains(url.getScheme().toLowerCase(Locale.ROOT)))
                .filter(url -> url.getHost() != null && isPort(url.getPort()))
                .filter(url -> url.getRawQuery() == null && url.getRawFragment() == null)
                .isPresent();
        return good ? Optional.empty() : Optional.of("is " + quoted(value));
    }

    private static Optional<String> faultOfIssuer(String value) {
        return faultOfHttpUrl(value)
                .or(() -> parsed(value)
                        .filter(url ->
                                url.getScheme().equalsIgnoreCase("http") && !THIS_MACHINE.contains(url.getHost()))
                        .map(url -> "is " + quoted(value)));
    }

    private static Optional<String> faultOfDatabaseUrl(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        if (value.contains("@") || lower.contains("password=") || lower.contains("user=")) {
            return Optional.of("holds credentials");
        }
        Optional<URI> url = parsed(value)
                .filter(it -> "postgresql".equals(it.getScheme()))
                .filter(it -> it.getHost() != null && isPort(it.getPort()))
                .filter(it -> it.getRawPath().matches("/[^/]+") && it.getRawFragment() == null);
        if (url.isEmpty()) {
            return Optional.of("is " + quoted(value));
        }
        return unknownParameter(url.get().getRawQuery())
                .map(name ->
                        "has the parameter %s, which is not one of sslmode and sslrootcert".formatted(quoted(name)));
    }

    private static Optional<String> unknownParameter(String query) {
        if (query == null || query.isEmpty()) {
            return Optional.empty();
        }
        return Pattern.compile("&")
                .splitAsStream(query)
                .map(pair -> pair.split("=", 2)[0])
                .filter(name -> !DATABASE_PARAMETERS.contains(name))
                .findFirst();
    }

    private static Optional<URI> parsed(String value) {
        try {
            return Optional.of(new URI(value));
        } catch (URISyntaxException notAUrl) {
            return Optional.empty();
        }
    }

    /** Minus one stands for the scheme's own. */
    private static boolean isPort(int port) {
        return port == -1 || (port > 0 && port <= 65535);
    }
}
