package dev.dbsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "resync",
        description = "Has a database copied again; its tables are never empty meanwhile.",
        mixinStandardHelpOptions = true)
final class ResyncCommand implements Callable<Integer> {

    @ParentCommand
    private Dbsync dbsync;

    @Mixin
    private OneDatabase database;

    @Option(names = "--mapping", description = "Only this mapping; may be given several times.")
    private List<String> mappings;

    @Option(names = "--wait", description = "Come back once everything is copied, and show how far it is until then.")
    private boolean wait;

    @Override
    public Integer call() {
        Map<String, Object> body = new HashMap<>();
        if (mappings != null) {
            body.put("mappings", mappings);
        }
        AdminApi api = dbsync.api();
        long asked = wait ? status(api).path("generated_at_millis").asLong() : 0;
        JsonNode answer = api.post(database.path("/resync"), body);
        if (wait) {
            await(api, answer, asked);
        }
        dbsync.print(answer, out -> out.println((wait ? "copied again: " : "copying again: ") + database));
        return 0;
    }

    private void await(AdminApi api, JsonNode answer, long asked) {
        var copied = new ArrayList<String>();
        answer.path("mappings").forEach(mapping -> copied.add(mapping.asText()));
        var copying = new Copying(database.id(), copied, asked);
        try (ProgressBar bar = dbsync.progress()) {
            copying.look(status(api));
            while (!copying.over()) {
                bar.show(copying.part(), copying.text());
                Pause.untilTheNextLook();
                copying.look(status(api));
            }
        }
    }

    private JsonNode status(AdminApi api) {
        return api.get("/status?scope=tenancy&tenancyId=" + database.tenancy());
    }
}
