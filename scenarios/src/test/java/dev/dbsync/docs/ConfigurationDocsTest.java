package dev.dbsync.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/configuration.md lists what the sources read, with the same defaults, and nothing else. */
class ConfigurationDocsTest {

    private static final Pattern PREFIX = Pattern.compile("@ConfigMapping\\(prefix = \"([a-z.-]+)\"\\)");
    private static final Pattern METHOD =
            Pattern.compile("(?:@WithDefault\\(\"([^\"]*)\"\\)\\s+)?[\\w<>]+ (\\w+)\\(\\);");
    private static final Pattern KEY = Pattern.compile("\"(dbsync(?:\\.[a-z][a-z-]*)+)\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)`");
    private static final String TEST_ONLY = "DBSYNC_TEST_POSTGRES_URL";

    private final String page = read(Service.root().resolve("docs/configuration.md"));

    @Test
    void listsEveryKeyThatTheSourcesReadAndNoOther() {
        var listed = new TreeSet<>(
                ROW.matcher(page).results().map(row -> row.group(1)).toList());
        listed.remove("PORT_PREFIX");
        listed.remove(TEST_ONLY);

        assertThat(listed).isEqualTo(new TreeSet<>(keys().keySet()));
    }

    @Test
    void namesTheDefaultsThatTheCodeHas() {
        keys().forEach((variable, value) -> {
            if (!value.isEmpty()) {
                String row = page.lines()
                        .filter(line -> line.startsWith("| `" + variable + "`"))
                        .findFirst()
                        .orElseThrow();
                assertThat(row).contains("| `" + value.replace(":81}", "}") + "` |");
            }
        });
    }

    /** Environment variable to default, empty where the source states none. */
    private static Map<String, String> keys() {
        var keys = new TreeMap<String, String>();
        for (Path source : sources()) {
            String text = read(source);
            PREFIX.matcher(text)
                    .results()
                    .findFirst()
                    .map(found -> found.group(1))
                    .ifPresent(prefix -> METHOD.matcher(text)
                            .results()
                            .forEach(method -> keys.put(
                                    variable(prefix + "." + kebab(method.group(2))),
                                    method.group(1) == null ? "" : method.group(1))));
            if (text.contains("@ConfigProperty") || source.endsWith("Settings.java")) {
                KEY.matcher(text).results().forEach(key -> keys.putIfAbsent(variable(key.group(1)), ""));
            }
        }
        return keys;
    }

    private static List<Path> sources() {
        var found = new ArrayList<Path>();
        for (String module : List.of("common", "sequencer-service", "poller-service", "sync-engine-service")) {
            try (var files = Files.walk(Service.root().resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
            } catch (IOException e) {
                throw new IllegalStateException("Cannot list the sources of " + module, e);
            }
        }
        return found;
    }

    private static String kebab(String method) {
        return Pattern.compile("[A-Z]")
                .matcher(method)
                .replaceAll(upper -> "-" + upper.group().toLowerCase(Locale.ROOT));
    }

    private static String variable(String key) {
        return key.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }

    private static String read(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new IllegalStateException("Cannot read " + file, e);
        }
    }
}
