package dev.dbsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
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

    @Override
    public Integer call() {
        Map<String, Object> body = new HashMap<>();
        if (mappings != null) {
            body.put("mappings", mappings);
        }
        JsonNode answer = dbsync.api().post(database.path("/resync"), body);
        dbsync.print(answer, out -> out.println("copying again: " + database));
        return 0;
    }
}
