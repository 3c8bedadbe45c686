package dev.dbsync.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The generated part of docs/performance.md, between two marker comments. A run replaces the sections that it measured and
 * leaves the others as they are, so that a long benchmark can be taken in parts.
 */
final class PerformancePage {

    private static final String BEGIN = "<!-- figures: written by bench/run -->";
    private static final String END = "<!-- end of figures -->";
    private static final String HEADING = "### ";

    private final Path file;

    PerformancePage(Path file) {
        this.file = file;
    }

    /** @param order the names of all sections, in the order they are to stand in */
    void replace(Map<String, String> measured, List<String> order) throws IOException {
        String page = Files.readString(file);
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(file + " lacks its two markers, " + BEGIN + " and " + END);
        }
        Map<String, String> sections = sections(page.substring(begin + BEGIN.length(), end));
        sections.putAll(measured);
        var text = new StringBuilder();
        for (String name : order) {
            if (sections.containsKey(name)) {
                text.append("\n\n").append(sections.get(name).strip());
            }
        }
        Files.writeString(file, page.substring(0, begin) + BEGIN + text + "\n\n" + page.substring(end));
    }

    private static Map<String, String> sections(String generated) {
        var found = new LinkedHashMap<String, String>();
        var lines = new ArrayList<String>();
        String name = null;
        for (String line : generated.lines().toList()) {
            if (line.startsWith(HEADING)) {
                keep(found, name, lines);
                name = line.substring(HEADING.length()).strip();
                lines.clear();
            }
            lines.add(line);
        }
        keep(found, name, lines);
        return found;
    }

    private static void keep(Map<String, String> found, String name, List<String> lines) {
        if (name != null) {
            found.put(name, String.join("\n", lines));
        }
    }
}
