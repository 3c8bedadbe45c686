package dev.dbsync.deploy;

import dev.dbsync.harness.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.stream.Collectors;

/** As much of psql as the scripts in {@code deploy/sql} use, so that the tests need no psql on the machine. */
final class PsqlScript {

    private PsqlScript() {}

    /** The script's SQL, without psql's own commands and with its variables replaced. */
    static String sql(String file, Map<String, String> variables) {
        String text;
        try (var lines = Files.lines(Service.root().resolve("deploy/sql").resolve(file))) {
            text = lines.filter(line -> !line.strip().startsWith("\\")).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            text = text.replace(
                    ":'" + variable.getKey() + "'", "'" + variable.getValue().replace("'", "''") + "'");
        }
        return text;
    }
}
