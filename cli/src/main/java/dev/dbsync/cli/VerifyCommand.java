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

@Command(name = "verify", description = "Has a database compared with the source.", mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

    @ParentCommand
    private Dbsync dbsync;

    @Mixin
    private OneDatabase database;

    @Option(names = "--mapping", description = "Only this mapping; may be given several times.")
    private List<String> mappings;

    @Option(names = "--repair", description = "Put differences right.")
    private boolean repair;

    @Override
    public Integer call() {
        Map<String, Object> body = new HashMap<>();
        if (mappings != null) {
            body.put("mappings", mappings);
        }
        if (repair) {
            body.put("repair", true);
        }
        JsonNode answer = dbsync.api().post(database.path("/verify"), body);
        dbsync.print(answer, out -> out.println("comparing: " + database));
        return 0;
    }
}
