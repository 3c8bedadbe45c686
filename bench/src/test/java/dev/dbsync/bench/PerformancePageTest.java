package dev.dbsync.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformancePageTest {

    private static final List<String> ORDER = List.of("copy", "latency", "idle");

    @TempDir
    Path folder;

    @Test
    void whatWasNotMeasuredStaysAndEverythingStandsInOrder() throws IOException {
        Path file = page(
                "before\n<!-- figures: written by bench/run -->\n\n### copy\n\nold copy\n\n### idle\n\nold idle\n\n"
                        + "<!-- end of figures -->\nafter\n");

        new PerformancePage(file)
                .replace(Map.of("latency", "### latency\n\nnew latency\n", "copy", "### copy\n\nnew copy\n"), ORDER);

        assertThat(file)
                .hasContent("before\n<!-- figures: written by bench/run -->\n\n### copy\n\nnew copy\n\n### latency\n\n"
                        + "new latency\n\n### idle\n\nold idle\n\n<!-- end of figures -->\nafter\n");
    }

    @Test
    void writingTheSameTwiceChangesNothing() throws IOException {
        Path file = page("<!-- figures: written by bench/run -->\n<!-- end of figures -->\n");
        Map<String, String> measured = Map.of("copy", "### copy\n\n| what |\n|---|\n| rows |\n");

        new PerformancePage(file).replace(measured, ORDER);
        String once = Files.readString(file);
        new PerformancePage(file).replace(measured, ORDER);

        assertThat(once).contains("| rows |");
        assertThat(file).hasContent(once);
    }

    @Test
    void aPageWithoutItsMarkersIsLeftAlone() throws IOException {
        Path file = page("nothing here\n");

        assertThatThrownBy(() -> new PerformancePage(file).replace(Map.of(), ORDER))
                .hasMessageContaining("end of figures");

        assertThat(file).hasContent("nothing here\n");
    }

    private Path page(String text) throws IOException {
        return Files.writeString(folder.resolve("performance.md"), text);
    }
}
