package dev.dbsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "pause",
        description = "Stops writing to a database; its changes wait.",
        mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {

    @ParentCommand
    private Dbsync dbsync;

    @Mixin
    private OneDatabase database;

    @Override
    public Integer call() {
        JsonNode answer = dbsync.api().post(database.path("/pause"), null);
        dbsync.print(answer, out -> out.println("paused " + database));
        return 0;
    }
}
