package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {

    @Test
    void countsTheBytesOfUtf8() {
        for (String text : List.of("", "plain", "Zoë", "日本", "a𝄞b", "\u07ff\u0800\uffff")) {
            var row = new ArrayList<>(Arrays.asList(text, null, "x"));

            assertThat(Batch.ofTexts(Batch.Kind.LOG, List.of(row, row), ChangeAges.NONE)
                            .bytes())
                    .as(text)
                    .isEqualTo(2L * (text.getBytes(StandardCharsets.UTF_8).length + 1));
        }
    }
}
