package dev.dbsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "verify",
        description = "Has a database compared with the source. With --wait, exit code 1 if they are not the same.",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

    private static final Set<String> UNDER_WAY = Set.of("waiting", "running");

    @ParentCommand
    private Dbsync dbsync;

    @Mixin
    private OneDatabase database;

    @Option(names = "--mapping", description = "Only this mapping; may be given several times.")
    private List<String> mappings;

    @Option(names = "--repair", description = "Put differences right.")
    private boolean repair;

    @Option(names = "--wait", description = "Come back with what was found, and show how far it is until then.")
    private boolean wait;

    @Override
    public Integer call() {
        Map<String, Object> body = new HashMap<>();
        if (mappings != null) {
            body.put("mappings", mappings);
        }
        if (repair) {
            body.put("repair", true);
        }
        AdminApi api = dbsync.api();
        JsonNode answer = api.post(database.path("/verify"), body);
        if (!wait) {
            dbsync.print(answer, out -> out.println("comparing: " + database));
            return 0;
        }
        JsonNode found = await(api, answer.path("verification"));
        dbsync.print(found, out -> print(found, out));
        return found.path("state").asText().equals("done") && allIdentical(found) ? 0 : 1;
    }

    private JsonNode await(AdminApi api, JsonNode asked) {
        JsonNode found = asked;
        try (ProgressBar bar = dbsync.progress()) {
            while (UNDER_WAY.contains(found.path("state").asText())) {
                show(found, bar);
                Pause.untilTheNextLook();
                found = again(api, asked.path("id").asText());
            }
        }
        return found;
    }

    private JsonNode again(AdminApi api, String id) {
        for (JsonNode one : api.get(database.path("/verifications")).path("verifications")) {
            if (one.path("id").asText().equals(id)) {
                return one;
            }
        }
        throw new Problem(1, "the verification is no longer among those of " + database);
    }

    private static void show(JsonNode found, ProgressBar bar) {
        int over = 0;
        long rows = 0;
        for (JsonNode mapping : found.path("mappings")) {
            over += mapping.path("result").isTextual() ? 1 : 0;
            rows += mapping.path("rows_compared").asLong();
        }
        int all = found.path("mappings").size();
        bar.show(
                all == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) over / all),
                over + " of " + all + " mappings, " + rows + " rows compared");
    }

    private static boolean allIdentical(JsonNode found) {
        for (JsonNode mapping : found.path("mappings")) {
            if (!mapping.path("result").asText().equals("identical")) {
                return false;
            }
        }
        return true;
    }

    private static void print(JsonNode found, PrintWriter out) {
        out.println(found.path("state").asText()
                + (found.path("error").isObject()
                        ? ": " + found.path("error").path("code").asText()
                        : ""));
        var table = new Table("MAPPING", "RESULT", "ROWS", "MISSING", "EXTRA", "DIFFERENT", "REPAIRED");
        for (JsonNode mapping : found.path("mappings")) {
            table.row(
                    mapping.path("mapping_id").asText(),
                    mapping.path("result").asText(""),
                    mapping.path("rows_compared").asText(),
                    mapping.path("missing").asText(),
                    mapping.path("extra").asText(),
                    mapping.path("different").asText(),
                    mapping.path("repaired").asText());
        }
        table.print(out);
    }
}
