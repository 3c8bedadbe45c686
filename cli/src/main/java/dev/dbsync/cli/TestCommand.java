package dev.dbsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "test",
        description =
                "Looks at everything a sync into a database needs, without writing. Exit code 1 if something is missing.",
        mixinStandardHelpOptions = true)
final class TestCommand implements Callable<Integer> {

    @ParentCommand
    private Dbsync dbsync;

    @Mixin
    private OneDatabase database;

    @Override
    public Integer call() {
        JsonNode answer = dbsync.api().post(database.path("/test"), null);
        dbsync.print(answer, out -> {
            for (JsonNode check : answer.path("checks")) {
                boolean ok = check.path("ok").asBoolean();
                out.println((ok ? "ok    " : "FAIL  ") + check.path("name").asText() + ": "
                        + check.path("message").asText());
                if (!ok && check.path("remedy").isTextual()) {
                    out.println("      " + check.path("remedy").asText());
                }
            }
        });
        return answer.path("ok").asBoolean() ? 0 : 1;
    }
}
