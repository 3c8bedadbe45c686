package dev.dbsync.common.startup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Environment variables that look like ours and are none. They are reported and do not stop the start: a variable of a newer
 * version must not keep an older replica from starting beside it.
 */
final class Misspellings {

    private static final String PREFIX = "DBSYNC_";
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)`");

    private Misspellings() {}

    /** One line for each variable that no service reads, in order of their names. */
    static List<String> reports(Collection<String> environment) {
        List<String> suspects = environment.stream()
                .filter(name -> name.startsWith(PREFIX))
                .sorted()
                .toList();
        if (suspects.isEmpty()) {
            return List.of();
        }
        Set<String> known = known();
        return suspects.stream()
                .filter(name -> !known.contains(name))
                .map(name -> report(name, known))
                .toList();
    }

    private static String report(String name, Set<String> known) {
        return "%s is set, but no service reads it; %s"
                .formatted(
                        name,
                        nearest(name, known)
                                .map(likely -> "did you mean " + likely + "?")
                                .orElse("docs/configuration.md has all there are"));
    }

    /** The known name that takes the fewest changes, if they are few. */
    private static Optional<String> nearest(String name, Set<String> known) {
        int few = Math.max(2, (name.length() - PREFIX.length()) / 3);
        return known.stream()
                .filter(candidate -> distance(name, candidate) <= few)
                .min(Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** How many letters have to be put in, taken out or replaced (Levenshtein). */
    private static int distance(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[to.length()];
    }

    /** The page itself comes with the service; a test holds it against the sources. */
    private static Set<String> known() {
        try (InputStream page = Misspellings.class.getResourceAsStream("/dbsync/common/startup/configuration.md")) {
            if (page == null) {
                throw new IllegalStateException("docs/configuration.md is not on the class path");
            }
            return ROW.matcher(new String(page.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .map(row -> row.group(1))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
