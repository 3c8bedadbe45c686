package dev.dbsync.sequencer.sequence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Several statements that are sent as one simple query, whose values must therefore be literals. Only numbers, flags, uuids
 * and null can be values, so there is nothing to escape. Immutable and thread-safe.
 */
final class Script {

    private static final Pattern COMMENT = Pattern.compile("(?m)^--.*$\\R?");
    private static final Pattern PARAMETER = Pattern.compile(":([a-z_]+)");

    private final String text;

    private Script(String text) {
        this.text = text;
    }

    static Script resource(String file) {
        String path = "/dbsync/sequencer/sequence/" + file;
        try (InputStream in = Script.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("No SQL resource " + path);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Script(COMMENT.matcher(text).replaceAll(""));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read SQL resource " + path, e);
        }
    }

    /** @param values one for each name in the text; more are no harm */
    String with(Map<String, Literal> values) {
        return PARAMETER.matcher(text).replaceAll(match -> {
            Literal value = values.get(match.group(1));
            if (value == null) {
                throw new IllegalArgumentException("No value for :" + match.group(1));
            }
            return value.sql();
        });
    }

    /** A value as SQL text. */
    record Literal(String sql) {

        static Literal of(long value) {
            return new Literal(Long.toString(value));
        }

        static Literal of(boolean value) {
            return new Literal(Boolean.toString(value));
        }

        /** @param value may be null */
        static Literal of(UUID value) {
            return new Literal(value == null ? "NULL" : "'" + value + "'");
        }

        /** @param value may be null */
        static Literal of(Long value) {
            return new Literal(value == null ? "NULL" : value.toString());
        }
    }
}
