package dev.dbsync.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** docs/invariants.md names tests that exist, for each of the twelve. */
class InvariantsDocsTest {

    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

    @Test
    void everyTestItNamesExists() throws IOException {
        Map<String, String> tests = tests();

        assertThat(TEST.matcher(page()).results().toList())
                .isNotEmpty()
                .allSatisfy(named -> assertThat(tests.getOrDefault(named.group(1), ""))
                        .as(named.group())
                        .containsPattern("(?s)@\\w*Test\\b.*void " + named.group(2) + "\\("));
    }

    @Test
    void everyInvariantHasATestAndThePageEndsWithTheGaps() throws IOException {
        String[] sections = page().split("(?m)^## ");

        assertThat(IntStream.rangeClosed(1, 12))
                .allSatisfy(number ->
                        assertThat(sections[number]).startsWith(number + ". ").containsPattern(TEST));
        assertThat(sections[sections.length - 1]).startsWith("Gaps");
    }

    private static String page() throws IOException {
        return Files.readString(Service.root().resolve("docs/invariants.md"));
    }

    /** Class name to source. */
    private static Map<String, String> tests() throws IOException {
        var tests = new HashMap<String, String>();
        try (var files = Files.find(Service.root(), 12, (path, attributes) -> isTest(path))) {
            for (Path file : files.toList()) {
                tests.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        return tests;
    }

    private static boolean isTest(Path path) {
        return path.toString().endsWith(".java") && path.toString().contains("/src/test/java/");
    }
}
