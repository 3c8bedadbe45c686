package dev.dbsync.common.sql;

import io.vertx.mutiny.sqlclient.Tuple;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One SQL statement with named parameters ({@code :name}), in the two forms drivers want. Casts ({@code ::}), quoted text,
 * quoted names and comments are left alone. Immutable and thread-safe.
 */
public final class Sql {

    private static final String ROOT_PACKAGE = "dev.dbsync.";

    private final String text;
    private final String positional;
    private final String jdbc;
    private final List<String> occurrences;
    private final List<String> names;

    private Sql(String text) {
        this.text = text;
        var positionalText = new StringBuilder();
        var jdbcText = new StringBuilder();
        var positions = new LinkedHashMap<String, Integer>();
        var found = new ArrayList<String>();
        int i = 0;
        while (i < text.length()) {
            int end = endOfVerbatim(text, i);
            if (end > i) {
                positionalText.append(text, i, end);
                jdbcText.append(text, i, end);
                i = end;
            } else {
                int nameEnd = endOfName(text, i + 1);
                String name = text.substring(i + 1, nameEnd);
                positions.putIfAbsent(name, positions.size() + 1);
                positionalText.append('$').append(positions.get(name));
                jdbcText.append('?');
                found.add(name);
                i = nameEnd;
            }
        }
        this.positional = positionalText.toString();
        this.jdbc = jdbcText.toString();
        this.occurrences = List.copyOf(found);
        this.names = List.copyOf(positions.keySet());
    }

    /** @param text a whole statement */
    public static Sql of(String text) {
        return new Sql(text);
    }

    /** Two statements to be sent together; JDBC's form alone. A name they share has one value. */
    public static Sql both(Sql first, Sql second) {
        return new Sql(first.text.strip().replaceFirst(";$", "") + ";\n" + second.text);
    }

    /**
     * The statement in {@code /dbsync/<package of owner below dev.dbsync>/<file>}.
     *
     * @throws IllegalStateException if there is no such resource: a packaging mistake
     */
    public static Sql resource(Class<?> owner, String file) {
        String feature = owner.getPackageName().substring(ROOT_PACKAGE.length()).replace('.', '/');
        String path = "/dbsync/" + feature + "/" + file;
        try (InputStream in = owner.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("No SQL resource " + path + " beside " + owner.getName());
            }
            return new Sql(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("Cannot read SQL resource " + path, e);
        }
    }

    /** The statement with {@code $1, $2 …}, one number per name, as the reactive client wants it. */
    public String positional() {
        return positional;
    }

    /** The statement with a {@code ?} per occurrence, as JDBC wants it. */
    public String jdbc() {
        return jdbc;
    }

    /** The distinct parameter names in the order of {@link #positional()}. */
    public List<String> names() {
        return names;
    }

    /**
     * The arguments of {@link #positional()}.
     *
     * @throws IllegalArgumentException if the names are not exactly the statement's
     */
    public Tuple tuple(Map<String, ?> values) {
        requireExactly(values.keySet());
        var tuple = Tuple.tuple();
        names.forEach(name -> tuple.addValue(values.get(name)));
        return tuple;
    }

    /**
     * Sets every occurrence of every parameter of {@link #jdbc()}.
     *
     * @throws IllegalArgumentException if the names are not exactly the statement's
     */
    public void bind(PreparedStatement statement, Map<String, ?> values) throws SQLException {
        requireExactly(values.keySet());
        for (int i = 0; i < occurrences.size(); i++) {
            statement.setObject(i + 1, values.get(occurrences.get(i)));
        }
    }

    private void requireExactly(Set<String> given) {
        if (given.size() != names.size() || !given.containsAll(names)) {
            throw new IllegalArgumentException("The statement takes " + names + ", given were " + given);
        }
    }

    /** Where the text that cannot hold a parameter ends, beginning at {@code i}; {@code i} itself if a parameter begins there. */
    private static int endOfVerbatim(String text, int i) {
        char c = text.charAt(i);
        if (c == '\'' || c == '"') {
            return endOfQuoted(text, i, c);
        }
        if (text.startsWith("--", i)) {
            int newline = text.indexOf('\n', i);
            return newline < 0 ? text.length() : newline;
        }
        if (text.startsWith("::", i)) {
            return i + 2;
        }
        if (c == ':' && endOfName(text, i + 1) > i + 1) {
            return i;
        }
        return i + 1;
    }

    /** A doubled quote inside quoted text reads as two quoted texts side by side, which ends at the same place. */
    private static int endOfQuoted(String text, int start, char quote) {
        int end = text.indexOf(quote, start + 1);
        return end < 0 ? text.length() : end + 1;
    }

    private static int endOfName(String text, int start) {
        int i = start;
        while (i < text.length() && (Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '_')) {
            if (i == start && Character.isDigit(text.charAt(i))) {
                return start;
            }
            i++;
        }
        return i;
    }
}
