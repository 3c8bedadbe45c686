package dev.dbsync.docs;

import dev.dbsync.common.startup.Setting;
import dev.dbsync.common.startup.Setting.Presence;
import dev.dbsync.common.startup.Settings;
import dev.dbsync.harness.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * docs/configuration.md, made anew from the sources: which variables there are, their defaults, which are required and which are checked
 * at the start. What a variable means is the page's own; a new one begins with the first sentence of its comment, beside its kin.
 */
final class ConfigurationPage {

    static final Path FILE = Service.root().resolve("docs/configuration.md");

    private static final Pattern PREFIX = Pattern.compile("@ConfigMapping\\(prefix = \"([a-z.-]+)\"\\)");
    private static final Pattern METHOD = Pattern.compile(
            "/\\*\\*((?:(?!\\*/).)*)\\*/\\s+(?:@WithDefault\\(\"([^\"]*)\"\\)\\s+)?[\\w<>]+ (\\w+)\\(\\);",
            Pattern.DOTALL);
    private static final Pattern KEY =
            Pattern.compile("\"(dbsync(?:\\.[a-z][a-z-]*)+)\"(?:,\\s*defaultValue = \"([^\"]*)\")?");
    private static final Pattern PROPERTY = Pattern.compile("(?m)^(dbsync\\.[a-z.-]+)=(.+)$");
    private static final Pattern ROW = Pattern.compile("\\| `([A-Z_]+)`( ✔)? \\|.*");
    private static final Pattern CELL = Pattern.compile("(?<!\\\\)\\|");
    private static final List<String> MODULES =
            List.of("common", "sequencer-service", "poller-service", "sync-engine-service");

    /** What no service reads, or reads without naming it as a key. */
    private static final Set<String> OTHERS = Set.of("PORT_PREFIX", "DBSYNC_TEST_POSTGRES_URL");

    /** @param value empty where the sources state no default */
    private record Found(Optional<String> value, String meaning) {}

    private final Map<String, Found> found = new TreeMap<>();
    private final Map<String, Setting> checked = Stream.of(Settings.SEQUENCER, Settings.POLLER, Settings.ENGINE)
            .flatMap(List::stream)
            .collect(Collectors.toMap(Setting::variable, setting -> setting, (one, same) -> one));

    ConfigurationPage() {
        for (String module : MODULES) {
            Path main = Service.root().resolve(module).resolve("src/main");
            try (Stream<Path> files = Files.walk(main.resolve("java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(this::readSource);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Path properties = main.resolve("resources/application.properties");
            if (Files.exists(properties)) {
                readProperties(properties);
            }
        }
    }

    /** The page as it should be. */
    String madeAnew(String page) {
        var lines = new ArrayList<String>();
        var listed = new HashSet<String>(OTHERS);
        page.lines().forEach(line -> {
            var row = ROW.matcher(line);
            if (!row.matches()) {
                lines.add(line);
            } else if (found.containsKey(row.group(1)) || OTHERS.contains(row.group(1))) {
                listed.add(row.group(1));
                lines.add(row(row.group(1), line));
            }
        });
        found.keySet().stream()
                .filter(variable -> !listed.contains(variable))
                .forEach(variable -> add(variable, lines));
        return String.join("\n", lines) + "\n";
    }

    private String row(String variable, String line) {
        String[] cells = CELL.split(line, -1);
        // Behind the variable, and in one table who reads it; the meaning is last.
        int position = cells.length - 3;
        cells[1] = " `" + variable + "`" + (checked.containsKey(variable) ? " ✔ " : " ");
        stated(variable).ifPresent(value -> cells[position] = " " + value + " ");
        return String.join("|", cells);
    }

    private Optional<String> stated(String variable) {
        Setting setting = checked.get(variable);
        if (setting != null && setting.presence() == Presence.REQUIRED) {
            return Optional.of("required");
        }
        return Optional.ofNullable(found.get(variable)).flatMap(Found::value).map(value -> "`" + value + "`");
    }

    private void add(String variable, List<String> lines) {
        String row = row(variable, "| | unset | " + found.get(variable).meaning() + " |");
        int behind = -1;
        int kinship = 0;
        for (int i = 0; i < lines.size(); i++) {
            var other = ROW.matcher(lines.get(i));
            if (other.matches() && common(variable, other.group(1)) >= kinship) {
                kinship = common(variable, other.group(1));
                behind = i;
            }
        }
        lines.add(behind + 1, row);
    }

    /** How many words two variables begin with together. */
    private static int common(String one, String other) {
        int mismatch = Arrays.mismatch(one.split("_"), other.split("_"));
        return mismatch < 0 ? one.split("_").length : mismatch;
    }

    private void readSource(Path source) {
        String text = read(source);
        var prefix = PREFIX.matcher(text);
        if (prefix.find()) {
            METHOD.matcher(text)
                    .results()
                    .forEach(method -> found.put(
                            variable(prefix.group(1) + "." + kebab(method.group(3))),
                            new Found(value(method.group(2)), firstSentence(method.group(1)))));
        }
        if (text.contains("@ConfigProperty") || source.endsWith("Settings.java")) {
            KEY.matcher(text)
                    .results()
                    .forEach(key -> found.merge(
                            variable(key.group(1)), new Found(value(key.group(2)), ""), ConfigurationPage::merged));
        }
    }

    private void readProperties(Path file) {
        PROPERTY.matcher(read(file))
                .results()
                .forEach(property -> found.computeIfPresent(
                        variable(property.group(1)),
                        (variable, known) -> merged(known, new Found(value(property.group(2)), ""))));
    }

    private static Found merged(Found one, Found other) {
        return new Found(one.value().or(other::value), one.meaning().isEmpty() ? other.meaning() : one.meaning());
    }

    private static Optional<String> value(String code) {
        return Optional.ofNullable(code)
                .filter(value -> !value.isEmpty())
                .map(value -> value.replace("${PORT_PREFIX:81}", "${PORT_PREFIX}"));
    }

    private static String firstSentence(String comment) {
        String text = comment.replaceAll("\\s*\\*\\s*", " ").strip();
        int end = text.indexOf(". ");
        return end < 0 ? text : text.substring(0, end + 1);
    }

    private static String kebab(String method) {
        return Pattern.compile("[A-Z]")
                .matcher(method)
                .replaceAll(upper -> "-" + upper.group().toLowerCase(Locale.ROOT));
    }

    private static String variable(String key) {
        return key.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
