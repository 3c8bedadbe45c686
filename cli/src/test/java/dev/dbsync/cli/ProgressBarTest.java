package dev.dbsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

    private final StringWriter terminal = new StringWriter();

    @Test
    void aLineIsWrittenOverTheOneBefore() {
        try (var bar = new ProgressBar(new PrintWriter(terminal), true)) {
            bar.show(OptionalDouble.of(0.5), "users");
            bar.show(OptionalDouble.empty(), "almost");
        }

        String first = "[############............]  50 %  users";
        assertThat(terminal.toString())
                .isEqualTo("\r" + first + "\ralmost" + " ".repeat(first.length() - "almost".length()) + "\r      \r");
    }

    @Test
    void nothingIsDrawnWhereNobodyWatches() {
        try (var bar = new ProgressBar(new PrintWriter(terminal), false)) {
            bar.show(OptionalDouble.of(0.5), "users");
        }

        assertThat(terminal.toString()).isEmpty();
    }

    /** The text holds what the engine answered. */
    @Test
    void aLineStaysALine() {
        assertThat(ProgressBar.line(OptionalDouble.of(2), "a\n\u001b[2Jb" + "x".repeat(200)))
                .startsWith("[########################] 100 %  a??[2Jbx")
                .hasSize(79);
    }
}
