package dev.dbsync.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/api.md explains every error that a database or mapping may show. */
class ApiDocsTest {

    private static final Pattern FAULT =
            Pattern.compile("\"(TARGET_[A-Z_]+|CAPTURE_NOT_INSTALLED|SOURCE_ROW_UNREADABLE)\"");

    @Test
    void explainsEveryFaultCodeOfTheEngine() throws IOException {
        var codes = new TreeSet<String>();
        try (var files = Files.walk(Service.root().resolve("sync-engine-service/src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                FAULT.matcher(Files.readString(file)).results().forEach(found -> codes.add(found.group(1)));
            }
        }

        assertThat(codes).isNotEmpty();
        assertThat(Files.readString(Service.root().resolve("docs/api.md")))
                .contains(codes.stream().map(code -> "`" + code + "`").toList());
    }
}
